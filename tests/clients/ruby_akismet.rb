# Debian's ruby-akismet: the host cannot be told, so it is led here; nothing else is changed.
require 'akismet'
require 'net/http'

KEY, BLOG, PORT = %w[KEY BLOG PORT].map { |name| ENV.fetch("WINNOW_#{name}") }

module Here
  def initialize(address, port = nil, *rest)
    super
    self.ipaddr = '127.0.0.1'
  end

  def port = PORT.to_i

  def use_ssl=(flag); end
end
Net::HTTP.prepend Here

def ok(what, is = true)
  raise "not ok: #{what}" unless is

  puts "ok #{what}"
end

IP, AGENT = '203.0.113.7', 'Mozilla/5.0'
SPAM = { author: 'viagra-test-123', text: 'Pills!' }.freeze
HAM = { author: 'Ada', text: 'Café, by hand.', created_at: DateTime.now, env: { 'HTTP_X' => 'y' } }.freeze
winnow = Akismet::Client.new(KEY, BLOG, app_name: 'tests', app_version: '1.0')

ok 'valid key', winnow.verify_key
ok 'wrong key', !Akismet::Client.new('0' * 12, BLOG).verify_key
ok 'spam', winnow.check(IP, AGENT, SPAM).first
ok 'ham', !winnow.check(IP, AGENT, HAM).first
winnow.ham(IP, AGENT, SPAM)
ok 'submit-ham'
winnow.spam(IP, AGENT, HAM)
ok 'submit-spam'
begin
  Akismet::Client.new('0' * 12, BLOG).check(IP, AGENT, HAM)
rescue Akismet::Error => e
  ok 'check with a wrong key', e.message == 'Invalid key'
end
