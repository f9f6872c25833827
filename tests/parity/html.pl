#!/usr/bin/perl
# html.pl - pages as SpamAssassin's HTML.pm renders them, against ours
# usage: html.pl pages LIST > PAGES              every page in the messages of a list of files
#        html.pl mutate COUNT SEED PAGES > MORE  pages with something broken, pieces of others put in
#        html.pl compare [-v N] PROGRAM PAGES    PROGRAM: tests/parity/html-dump; -v: show N differences
# A page is "WIDE SOURCE LENGTH\n", its text in UTF-8, "\n". Compared: text, visible, invisible, what is wide,
# facts, tags, URIs with types and texts, comments, scripts, titles, anchors.
use strict;
use warnings;
use JSON::PP;
use Mail::SpamAssassin;
use Mail::SpamAssassin::HTML;

sub put_page {
    my ($text, $source) = @_;
    my $wide = utf8::is_utf8($text) ? 1 : 0;
    utf8::encode($text) if $wide;
    print "$wide $source ", length $text, "\n$text\n";
}

sub get_page {
    my ($in) = @_;
    defined(my $line = <$in>) or return;
    my ($wide, $source, $n) = $line =~ /^(\d) (\d+) (\d+)$/ or die "not a file of pages\n";
    read($in, my $text, $n) == $n or die "cut\n";
    read($in, my $end, 1);
    return ($text, $wide, $source);
}

sub pages {
    my ($list) = @_;
    my $sa = Mail::SpamAssassin->new({ rules_filename => '/dev/null', site_rules_filename => '/dev/null',
        userprefs_filename => '/dev/null', local_tests_only => 1, dont_copy_prefs => 1 });
    $sa->init(0);
    open(my $files, '<', $list) or die "$list: $!\n";
    while (my $file = <$files>) {
        chomp $file;
        open(my $in, '<:raw', $file) or next;
        my $mail = $sa->parse(do { local $/; \<$in> }, 1);
        for my $part ($mail->find_parts(qr/./, 1)) {
            next if $part->effective_type ne 'text/html';
            my $text = $part->decode;
            next if $text eq '';
            put_page(Mail::SpamAssassin::Message::Node::_normalize($text, $part->{charset} // 'us-ascii', 1), length $text);
        }
        $mail->finish;
    }
}

my @BITS = ('<', '>', '"', "'", '&', ';', '=', ' ', "\n", '<!--', '-->', '--', '<![CDATA[', '<![ignore[', ']]>', ']', '[', '<!DOCTYPE ', '<?x', '</', '/>', '&nbsp;', '&amp', '&eacute;', '&#x41;',
    '&#160;', '&#8217;', '&#xD83D;&#xDE00;', '&#xD83D;', '&#xDC00;', '&#0;', '&#xFFFF;', '&notit;', '&copyx', '&bull;', '&bull ', '<b></b>', '<br>', '<br />', '<p>', '<script>', '</script>', '<style>', '</style>', '<title>',
    '</title>', '<textarea>', '</textarea>', '<xmp>', '</xmp>', '<plaintext>', '<iframe src=x>', '</iframe>', '<a href=', '<a href="x">', '</a>', '<a x/href=http://a.example/>', '<img src="/i.png" width=10 height="20%">',
    '<img width=1 height=1>', '<base href="http://b.example/dir/index.html">', '<base href=http://c.example>', '<a href="../../x?y#z">', '<a href="//www.example.com/..">', '<a href=?q>', '<meta http-equiv=refresh content="0; url=http://r.example/; x">',
    '<font color=#ffffff>', '<font color="white">', '<font color=rgb(255,250,250)>', '<font color="ff0000">', '<font color="#f">', '<font size=+3>', '<font size=1>', '<font size=-2>', '<font face="Arial, Helvetica">', '<font face="x1,y">', '</font>',
    '<basefont size=5>', '<big>', '</big>', '<small>', '</small>', '<td bgcolor=white>', '<table bgcolor=#000000 background=b.gif>', '<tr>', '<td>', '<th>', '</td>', '</tr>', '</table>', '<span style="display:none">', '<span style="color:#fefefe">',
    '<span style="visibility: hidden; color: red">', '</span>', '<div style="background: red url(x) , blue">', '<div style="background:#fff;color:rgb(255,255,255)">', '<div style="color: transparent">', '<p style="background-color:black !important;color:#000">',
    '<p style="background: ">', '<p style="color: ;">', '</div>', '</p>', '<body bgcolor=black text=black>', '<o:p>', '<st1:place>', '</st1:place>', '<foo>', '</foo>', '</x>', "\xc2\xa0", "\xe2\x80\x9c", "\xc3\x82\xc2\xa0", "\xc3\xa9", "\xe3\x80\x80",
    "\xe2\x80\x94", "\xc2\x85", "\x00", "\x0b", "\x0c", '<form action=mailto:x>', '<embed src=e>', '<object>', '<a data-saferedirecturl="https://g.example/u">', '<area href=j>', 'Vi', 'agra', 'a', '.', '1', '_', '<!>', '<!-', '</>', '</ x>', '<!x>', '<li>', '<h1>', '<hr>', '<pre>');

sub mutate {
    my ($count, $seed, $file) = @_;
    my @pages;
    open(my $in, '<:raw', $file) or die "$file: $!\n";
    while (my @page = get_page($in)) {
        push @pages, [@page] if length $page[0] < 20000;
    }
    srand $seed;
    for (1 .. $count) {
        my ($text, $wide) = @{ $pages[rand @pages] };
        $text = '' if rand() < .3;
        my $long = length $text ? 1 + int rand 8 : 1 + int rand 30;
        $text = substr($text, rand length $text, 1 + rand 3000) if length $text && rand() < .5;
        for (1 .. $long) {
            my $at = int rand(1 + length $text);
            my $what = rand();
            if ($what < .6 || $text eq '') { substr($text, $at, 0) = $BITS[rand @BITS] }
            elsif ($what < .8) { substr($text, $at, int rand 20) = '' }
            elsif ($what < .9) { substr($text, $at, 1) = chr int rand 128 if $at < length $text }
            else { my $other = $pages[rand @pages][0]; substr($text, $at, 0) = substr($other, rand length $other, rand 200) }
        }
        next if $text eq '';
        if ($wide || $text =~ /[^\x00-\x7f]/) {
            utf8::decode($text) or $text =~ tr/\x80-\xff//d;
            utf8::upgrade($text);
        }
        put_page($text, length $text);
    }
}

sub bytes {
    my ($s) = @_;
    return undef unless defined $s;
    utf8::upgrade($s);
    utf8::encode($s);
    return $s;
}

sub theirs {
    my ($text, $wide, $source) = @_;
    if ($wide) { utf8::decode($text); utf8::upgrade($text) }
    my $html = Mail::SpamAssassin::HTML->new(1, 1);
    $html->parse($text);
    my $r = $html->get_results;
    my %out;
    my %text = (text => $html->get_rendered_text, visible => $html->get_rendered_text(invisible => 0), invisible => $html->get_rendered_text(invisible => 1));
    my $space;
    if (utf8::is_utf8($text{text})) { (my $s = $text{text}) =~ s/\S+//g; $space = length $s }
    else { $space = $text{text} =~ tr/ \t\n\r\x0b// }
    $r->{html_length} = length $text{text};
    $r->{non_space_len} = $r->{html_length} - $space;
    $r->{ratio} = ($source - $r->{html_length}) / $source if $source;
    for (qw(text visible invisible)) {
        $out{$_} = bytes($text{$_});
        $out{"${_}_wide"} = utf8::is_utf8($text{$_}) ? 1 : 0 if $text{$_} =~ /[^\x00-\x7f]/;
    }
    $out{facts} = { map { $_ => $r->{$_} } grep { defined $r->{$_} && !ref $r->{$_} } keys %$r };
    for my $list (qw(comment script title anchor)) {
        $out{$list} = [map { bytes($_) } @{ $r->{$list} || [] }];
    }
    $out{inside} = { map { bytes($_) => $r->{inside}{$_} } keys %{ $r->{inside} || {} } };
    for my $uri (keys %{ $r->{uri_detail} || {} }) {
        my $d = $r->{uri_detail}{$uri};
        $out{uris}{ bytes($uri) } = { types => [sort keys %{ $d->{types} || {} }], anchors => [map { bytes($_) } @{ $d->{anchor_text} || [] }] };
    }
    return \%out;
}

sub ours {
    my ($line) = @_;
    my $out = JSON::PP->new->latin1->decode($line);
    my %uris;
    for (@{ delete $out->{uris} }) {
        my ($uri, $tag, $anchor) = @$_;
        my $u = $uris{$uri} ||= { types => [], anchors => [] };
        push @{ $u->{types} }, $tag if $tag ne '' && !grep { $_ eq $tag } @{ $u->{types} };
        push @{ $u->{anchors} }, $anchor if defined $anchor;
    }
    $_->{types} = [sort @{ $_->{types} }] for values %uris;
    $out->{uris} = \%uris if %uris;
    delete $out->{"${_}_wide"} for grep { $out->{$_} !~ /[^\x00-\x7f]/ } qw(text visible invisible);
    return $out;
}

my $json = JSON::PP->new->canonical->latin1->allow_nonref;

sub same_facts {
    my ($a, $b) = @_;
    my %all = (%$a, %$b);
    my @bad;
    for (sort keys %all) {
        my ($x, $y) = ($a->{$_}, $b->{$_});
        push @bad, "$_: ours " . ($x // 'none') . ', theirs ' . ($y // 'none')
            unless defined $x && defined $y && abs($x - $y) <= 1e-9 * (1 + abs $y);
    }
    return @bad;
}

sub compare {
    my $show = 0;
    if ($_[0] eq '-v') { shift; $show = shift }
    my ($program, $file) = @_;
    my ($n, $equal, $died, %bad) = (0, 0, 0);
    open(my $in, '<:raw', $file) or die "$file: $!\n";
    open(my $dump, '-|:raw', $program, $file) or die "$program: $!\n";
    while (my @page = get_page($in)) {
        my $line = <$dump> // die "$program has ended\n";
        my ($ours, $theirs) = (ours($line), eval { theirs(@page) });
        if (!$theirs) { # it dies of some pages, at their end
            $died++;
            next;
        }
        my @facts = same_facts(delete $ours->{facts}, delete $theirs->{facts});
        my %all = (%$ours, %$theirs);
        my @differ = grep { ($json->encode($ours->{$_} // 'none')) ne ($json->encode($theirs->{$_} // 'none')) } sort keys %all;
        $bad{$_}++ for @differ;
        $bad{'facts'}++ if @facts;
        $n++;
        $equal++ if !@differ && !@facts;
        next if !@differ && !@facts || $show-- <= 0;
        print "---- page $n (wide $page[1]): @differ\n";
        print "  $_\n" for @facts;
        for (@differ) {
            my ($x, $y) = map { $json->encode($_ // 'none') } $ours->{$_}, $theirs->{$_};
            my $i = 0;
            $i++ while $i < length $x && substr($x, $i, 1) eq substr($y, $i, 1);
            my $from = $i > 40 ? $i - 40 : 0;
            print "  $_ ours:   ", substr($x, $from, 120), "\n  $_ theirs: ", substr($y, $from, 120), "\n";
        }
        print "  page: ", substr($json->encode($page[0]), 0, 1500), "\n" if length $page[0] < 1500;
    }
    printf "%d pages, %d equal (%.3f %%)%s%s\n", $n, $equal, $n ? 100 * $equal / $n : 0, join('', map { "; $_ $bad{$_}" } sort keys %bad), $died ? "; theirs died of $died more" : '';
}

binmode STDOUT;
my $what = shift @ARGV // '';
if ($what eq 'pages' && @ARGV == 1) { pages(@ARGV) }
elsif ($what eq 'mutate' && @ARGV == 3) { mutate(@ARGV) }
elsif ($what eq 'compare' && @ARGV >= 2) { compare(@ARGV) }
else { die "usage: html.pl pages LIST | mutate COUNT SEED PAGES | compare [-v N] PROGRAM PAGES\n" }
