# Teach SpamAssassin's Bayes the mails of a mailbox, or print its probability of each.
#
# perl spamassassin.pl FOLDER spam|ham|score < MAILBOX
#
# No other rule, no network, nothing learnt from scoring, nothing forgotten. All mails are
# read in one process under one lock. A mail of which Bayes knows nothing gets 0.5.

use strict;
use warnings;
use Mail::SpamAssassin;

my ($folder, $verb) = @ARGV;

# Without the list of top-level domains it would see no host that has no scheme.
my $settings = <<"END";
loadplugin Mail::SpamAssassin::Plugin::Check
loadplugin Mail::SpamAssassin::Plugin::Bayes
include /usr/share/spamassassin/20_aux_tlds.cf
use_bayes 1
bayes_path $folder/bayes
bayes_auto_learn 0
bayes_auto_expire 0
bayes_learn_to_journal 0
bayes_journal_max_size 0
bayes_expiry_max_db_size 1000000000
body ANY_BAYES eval:check_bayes('0', '1')
END

my $filter = Mail::SpamAssassin->new({
    config_text => $settings,
    local_tests_only => 1,
    dont_copy_prefs => 1,
    userstate_dir => $folder,
    home_dir_for_helpers => $folder,
});
$filter->init_learner({ caller_will_untie => 1, wait_for_lock => 1 });

local $/ = "From x Thu Jan  1 00:00:00 1970\n";
<STDIN>;    # what stands before the first mail: nothing
while (my $text = <STDIN>) {
    chomp $text;
    my $mail = $filter->parse($text, 0);
    my $seen = $verb eq 'score' ? score($mail) : learn($mail, "$verb $.");
    $seen->finish;
    $mail->finish;
}
$filter->finish_learner;
$filter->finish;

sub score {
    my ($mail) = @_;
    my $status = $filter->check($mail);
    printf "%.16f\n", $status->{bayes_score} // 0.5;
    return $status;
}

# The name makes every mail one of its own: equal texts count as often as they came.
sub learn {
    my ($mail, $name) = @_;
    return $filter->learn($mail, $name, $verb eq 'spam', 0);
}
