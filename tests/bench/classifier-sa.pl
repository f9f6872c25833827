#!/usr/bin/perl
# classifier-sa.pl - SpamAssassin's Bayes alone on a stream: judges each message, then learns it
# usage: classifier-sa.pl DIRECTORY <LIST   LIST: "spam PATH" or "ham PATH" a line. Prints label and score a line,
# 0 in the middle. Its database lies in DIRECTORY; no rules are run, no time is spent on a process a message.
use strict;
use warnings;
use Mail::SpamAssassin;

# domains, stop words and headers to ignore, as its rules come with
sub stock {
    my $all = '';
    for my $file (glob('/usr/share/spamassassin/*tlds*.cf /usr/share/spamassassin/*bayes*.cf')) {
        open(my $in, '<', $file) or next;
        local $/;
        $all .= <$in> . "\n";
    }
    return $all;
}

my ($directory) = @ARGV;
my $sa = Mail::SpamAssassin->new({
    dont_copy_prefs => 1, local_tests_only => 1, userstate_dir => $directory, home_dir_for_helpers => $directory,
    config_text => join("\n",
        'loadplugin Mail::SpamAssassin::Plugin::Bayes', stock(), 'use_bayes 1', 'bayes_auto_learn 0',
        "bayes_path $directory/bayes", 'bayes_min_ham_num 1', 'bayes_min_spam_num 1', 'bayes_auto_expire 0', ''),
});
$sa->init(0);
my ($bayes) = grep { ref($_) =~ /::Bayes$/ } @{ $sa->{plugins}->{plugins} };
while (my $line = <STDIN>) {
    my ($label, $path) = $line =~ /^(spam|ham) (.+)$/ or die "classifier-sa.pl: no label: $line";
    open(my $in, '<:raw', $path) or die "$path: $!";
    my $text = do { local $/; <$in> };
    close($in);
    my $mail = $sa->parse($text, 1);
    my $status = Mail::SpamAssassin::PerMsgStatus->new($sa, $mail);
    my $score = $bayes->scan($status, $mail);
    $status->finish();
    $sa->learn($mail, undef, $label eq 'spam' ? 1 : 0, 0)->finish();
    $mail->finish();
    printf "%s %.17g\n", $label, (defined $score ? $score : 0.5) - 0.5;
}
$sa->finish_learner();
