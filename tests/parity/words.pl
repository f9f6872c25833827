#!/usr/bin/perl
# words.pl - the words that the installed SpamAssassin's classifier makes of each message of a list
# usage: words.pl LIST > RESULTS      one JSON object a line, in the order of LIST, as `dump --words` prints
# Stop words and fields to ignore (bayes_ignore_header) are not left out: none of them is in a store, so that it does not
# matter that we ask for them. Digests of parts are words, too.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Mail::SpamAssassin;

sub str {
    my ($s) = @_;
    utf8::encode($s) if utf8::is_utf8($s);
    $s =~ s/([\\"])/\\$1/g;
    $s =~ s/([^ -~])/sprintf('\\u%04x', ord $1)/ge;
    return "\"$s\"";
}

@ARGV == 1 or die "usage: words.pl LIST\n";
$ENV{LC_ALL} = 'C';
my $home = tempdir(CLEANUP => 1);
my $sa = Mail::SpamAssassin->new({
    rules_filename => '/usr/share/spamassassin', site_rules_filename => '/etc/spamassassin',
    userprefs_filename => '/dev/null', userstate_dir => $home, home_dir_for_helpers => $home,
    local_tests_only => 1, dont_copy_prefs => 1,
    post_config_text => "use_bayes 1\nbayes_path $home/bayes\nbayes_stopword_languages disable\nbayes_token_sources all\n",
});
$sa->init(0);
$sa->{conf}->{bayes_ignore_header} = {};
my ($bayes) = grep { ref($_) =~ /::Bayes$/ } @{ $sa->{plugins}->{plugins} };
open(my $list, '<', $ARGV[0]) or die "$ARGV[0]: $!\n";
while (my $file = <$list>) {
    chomp $file;
    open(my $in, '<:raw', $file) or die "$file: $!\n";
    my $text = do { local $/; <$in> };
    close($in);
    my $mail = $sa->parse(\$text, 1);
    my $data = $bayes->get_body_from_msg($mail);
    my $words = $bayes->tokenize($mail, $data);
    print '{"file":', str($file), ',"words":[', join(',', map { str($_) } sort values %$words), "]}\n";
    $mail->finish();
}
