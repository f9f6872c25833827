#!/usr/bin/perl
# rules.pl - what SpamAssassin makes of rule files, a line a rule in the columns of rules.c
# usage: rules.pl RULES SITE      two directories, as for spamassassin -C and --siteconfigpath
use strict;
use warnings;
use Mail::SpamAssassin;
use Mail::SpamAssassin::Conf;
use Mail::SpamAssassin::Util;

my ($rules, $site) = @ARGV;
my $sa = Mail::SpamAssassin->new({
    rules_filename => $rules, site_rules_filename => $site, local_tests_only => 1, dont_copy_prefs => 1,
    userprefs_filename => '/dev/null', post_config_text => "allow_user_rules 1\n" });    # which keeps the tables
$sa->init(0);
my $c = $sa->{conf};

my %type;
{
    no strict 'refs';
    for my $kind (qw(HEAD BODY RAWBODY FULL URI META EMPTY RBL)) {
        my $name = { HEAD => 'header', RBL => 'header' }->{$kind} || lc $kind;
        for my $what (qw(TESTS EVALS)) {
            my $number = ${"Mail::SpamAssassin::Conf::TYPE_${kind}_$what"};
            $type{$number} = $name . ($what eq 'EVALS' ? '-eval' : '') if defined $number;
        }
    }
}

# without what SpamAssassin puts around every pattern; twice where tags were replaced
sub pattern {
    my $re = Mail::SpamAssassin::Util::qr_to_string($_[0]);
    1 while $re =~ s/^\(\?aa?\)//;
    return $re;
}

sub show {
    my $s = defined $_[0] ? $_[0] : '';
    $s =~ s/([\\\x00-\x1f\x7f-\xff])/sprintf '\\x%02x', ord $1/ge;
    return $s;
}

for my $name (sort keys %{ $c->{tests} }) {
    my ($type, $text) = ($type{ $c->{test_types}{$name} }, $c->{tests}{$name});
    my ($field, $negated, $unset) = ('', '', '');
    if ($type eq 'body-eval' && $c->{mimeheader_tests}{$name}) {
        my $m = $c->{mimeheader_tests}{$name};
        ($type, $text, $field, $unset) = ('mimeheader', pattern($m->{pattern}), $m->{hdr}, $m->{if_unset});
        $negated = '!' if $m->{negated};
    } elsif ($type eq 'body-eval' && $text eq 'check_uri_detail()') {
        ($type, $text) = ('uri_detail', '');
    } elsif ($type =~ /eval/) {
        my ($function, $args) = $text =~ /^(\w+)\((.*)\)$/;
        $text = join "\x01", $function, @{ $c->{parser}->pack_eval_args($args) || ['?'] };
    } elsif ($type eq 'header' && $c->{test_opt_exists}{$name}) {
        ($type, $text, $field) = ('exists', '', $c->{test_opt_header}{$name});
    } elsif ($type ne 'meta' && $type ne 'empty') {
        $text = pattern($c->{test_qrs}{$name});
        ($field, $unset) = ($c->{test_opt_header}{$name}, $c->{test_opt_unset}{$name}) if $type eq 'header';
        $negated = '!' if $c->{test_opt_neg}{$name};
    }
    my %flags = map { $_ => 1 } split ' ', defined $c->{tflags}{$name} ? $c->{tflags}{$name} : '';
    delete @flags{qw(publish nopublish a ns noaward)};
    print join("\t", $name, $type, join(' ', map { sprintf '%.3f', $c->{scoreset}[$_]{$name} } 0 .. 3),
        $c->{priority}{$name} || ($flags{net} ? -100 : 0), join(' ', sort keys %flags), $field, $negated,
        show($unset), show($text), show($c->{descriptions}{$name})), "\n";
}
