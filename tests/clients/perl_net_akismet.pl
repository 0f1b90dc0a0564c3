# Debian's Net::Akismet: verifies at the bare host, then `KEY.<host>`; plain http.
use strict;
use warnings;
use Net::Akismet;
use LWP::Protocol::http;

my ($key, $blog, $port) = map { $ENV{"WINNOW_$_"} } qw(KEY BLOG PORT);
# Be the name server: KEY.localhost does not resolve everywhere.
push @LWP::Protocol::http::EXTRA_SOCK_OPTS, PeerAddr => '127.0.0.1', PeerPort => $port;

sub ok {
    my ($what, $is) = @_;
    die "not ok: $what\n" unless $is;
    print "ok $what\n";
}

my @where = (URL => $blog, SERVICE_HOST => "localhost:$port");
my @who = (USER_IP => '203.0.113.7', COMMENT_USER_AGENT => 'Mozilla/5.0');
my @spam = (@who, COMMENT_AUTHOR => 'viagra-test-123', COMMENT_CONTENT => 'Pills!');
my @ham = (@who, COMMENT_AUTHOR => 'Ada', COMMENT_CONTENT => 'By hand.');
my $winnow = Net::Akismet->new(KEY => $key, @where);

ok('valid key', $winnow);
ok('wrong key', !Net::Akismet->new(KEY => '0' x 12, @where));
ok('spam', $winnow->check(@spam) eq 'true');
ok('ham', $winnow->check(@ham) eq 'false');
ok('submit-ham', $winnow->ham(@spam));
ok('submit-spam', $winnow->spam(@ham));
