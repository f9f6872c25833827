#!/usr/bin/perl
# oracle.pl - what the installed SpamAssassin says of each message of a list
# usage: oracle.pl [-l] [-c CONFIG]... LIST > RESULTS      one JSON object a line, in the order of LIST
#   -l  the layers below the hits, too: body, rawbody, uri, relays, HTML results, header values
#   -c  a line of configuration that is read last (use_bayes 0 always is)
#   -n  network tests, the DNS being asked at 127.0.0.1 on this port (nothing else is)
#   -r  directory of rules in place of /usr/share/spamassassin;  -s  in place of /etc/spamassassin
# Local tests unless -n, no Bayes, no user's preferences. Strings are bytes, each written as the code point of its value.
use strict;
use warnings;
use Getopt::Std;
use File::Temp qw(tempdir);
use POSIX ();
use Mail::SpamAssassin;

my %o;
my @config = ('use_bayes 0');
{
    my @rest;
    while (@ARGV) {
        my $a = shift @ARGV;
        if ($a eq '-c') { push @config, shift @ARGV }
        else { push @rest, $a }
    }
    @ARGV = @rest;
}
getopts('ln:r:s:', \%o) && @ARGV == 1 or die "usage: oracle.pl [-l] [-c CONFIG]... [-n PORT] [-r DIR] [-s DIR] LIST\n";

sub str {
    my ($s) = @_;
    return 'null' unless defined $s;
    utf8::encode($s) if utf8::is_utf8($s);
    $s =~ s/([\\"])/\\$1/g;
    $s =~ s/([^ -~])/sprintf('\\u%04x', ord $1)/ge;
    return "\"$s\"";
}
sub list { return '[' . join(',', map { str($_) } @_) . ']' }
sub hash {
    my ($h) = @_;
    return '{' . join(',', map { str($_) . ':' . (ref $h->{$_} eq 'HASH' ? hash($h->{$_}) : ref $h->{$_} eq 'ARRAY' ? list(@{$h->{$_}}) : str($h->{$_})) } sort keys %$h) . '}';
}

push @config, "dns_server 127.0.0.1:$o{n}", 'dns_available yes', 'use_razor2 0', 'use_pyzor 0', 'dns_local_ports_none',
    'dns_local_ports_permit 20000-60000' if $o{n};
# Mail::DMARC has a resolver of its own, which reads these.
@ENV{qw(RES_NAMESERVERS RES_OPTIONS)} = ('127.0.0.1', "port:$o{n} attempts:1") if $o{n};
my $home = tempdir(CLEANUP => 1);
$ENV{LC_ALL} = 'C';
my $sa = Mail::SpamAssassin->new({
    rules_filename => $o{r} || '/usr/share/spamassassin',
    site_rules_filename => $o{s} || '/etc/spamassassin',
    userprefs_filename => '/dev/null', userstate_dir => $home, home_dir_for_helpers => $home,
    local_tests_only => $o{n} ? 0 : 1, dont_copy_prefs => 1, debug => 0,
    post_config_text => join("\n", @config) . "\n",
});

sub layers {
    my ($st, $mail) = @_;
    my @parts = map { hash({ type => $_->{type}, etype => $_->effective_type, raw => join('', ref $_->{raw} eq 'ARRAY' ? @{$_->{raw}} : ()),
        decoded => $_->is_leaf ? $_->decode : undef, rendered => (eval { ($_->rendered)[1] }) }) } $mail->find_parts(qr/./, 1);
    my $uris = $st->get_uri_detail_list();
    return '"body":' . list(@{$st->get_decoded_stripped_body_text_array})
        . ',"rawbody":' . list(@{$st->get_decoded_body_text_array})
        . ',"uri":' . list(sort { $a cmp $b } $st->get_uri_list)
        . ',"uridetail":{' . join(',', map { my $d = $uris->{$_}; str($_) . ':' . hash({ types => [sort keys %{$d->{types} || {}}], cleaned => $d->{cleaned} || [],
            text => $d->{anchor_text} || [], domains => [sort keys %{$d->{domains} || {}}], hosts => [sort keys %{$d->{hosts} || {}}] }) } sort keys %$uris) . '}'
        . ',"relays":' . hash({ map { $_ => scalar $st->get("X-Spam-Relays-$_") } qw(Trusted Untrusted Internal External) })
        . ',"headers":' . hash({ map { $_ => scalar $st->get($_, undef) } qw(Subject From From:addr From:name To To:addr ToCc ToCc:addr Reply-To Reply-To:addr Reply-To:name MESSAGEID EnvelopeFrom ALL ALL:raw
            Received Content-Type Date Return-Path:addr Subject:raw From:raw ALL-TRUSTED ALL-EXTERNAL ALL-INTERNAL ALL-UNTRUSTED From:domain From:host Message-ID:domain) })
        . ',"html":' . hash({ map { $_ => $st->{html}{$_} } grep { !ref $st->{html}{$_} } keys %{$st->{html} || {}} })
        . ',"parts":[' . join(',', @parts) . ']';
}

# A process of its own for each message, as with `spamassassin`: a pattern with %{NAME} keeps, in a process that goes
# on to another message, what the first one put there.
sub answer {
    my ($file) = @_;
    open(my $in, '<:raw', $file) or do { warn "$file: $!\n"; return };
    my $text = do { local $/; <$in> };
    $text = "\n" if !defined $text || $text eq '';
    my $mail = $sa->parse(\$text, 1);
    my $st = $sa->check($mail);
    my $hit = $st->{tests_already_hit};
    my @rules = sort grep { $hit->{$_} } keys %$hit;
    print '{"file":', str($file), ',"score":', $st->get_score, ',"required":', $st->get_required_score,
        ',"hits":{', join(',', map { str($_) . ':' . ($st->{conf}{scores}{$_} // 1) } grep { !/^__/ } @rules), '}',
        ',"subrules":{', join(',', map { str($_) . ':' . ($hit->{$_} + 0) } grep { /^__/ } @rules), '}';
    print ',', layers($st, $mail) if $o{l};
    print "}\n";
}

open(my $list, '<', $ARGV[0]) or die "$ARGV[0]: $!\n";
$| = 1;
$sa->compile_now(0, 1);
while (my $file = <$list>) {
    chomp $file;
    my $pid = fork() // die "fork: $!\n";
    if ($pid == 0) {
        answer($file);
        close(STDOUT);
        POSIX::_exit(0);
    }
    waitpid($pid, 0);
    warn "$file: no answer\n" if $?;
}
