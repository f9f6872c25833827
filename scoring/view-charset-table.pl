#!/usr/bin/perl
# view-charset-table.pl - writes view-charset-table.h: what Perl's Encode makes of bytes 0x80 to 0xff
# usage: view-charset-table.pl > view-charset-table.h
# iconv's tables, and browsers', differ in what they leave undefined and in some characters.
use strict;
use warnings;
use Encode;

my @names = (map({ "iso-8859-$_" } 2 .. 11, 13 .. 16), map({ "cp$_" } 1250 .. 1258),
    qw(koi8-r koi8-u cp437 cp850 cp852 cp855 cp858 cp866 cp874 MacRoman MacCyrillic));
print "/* view-charset-table.h - eight-bit charsets as Perl's Encode has them, made by view-charset-table.pl\n",
    " * For view-charset.c alone. Code points of 0x80 to 0xff; 0: undefined. */\n";
print "static const struct eight_bit { const char *name; uint16_t upper[128]; } eight_bit[] = {\n";
for my $name (sort @names) {
    my $e = find_encoding($name) or die $name;
    my @points = map { my $s = $e->decode(chr $_, sub { chr 0 }); ord $s } 0x80 .. 0xff;
    my $text = join(', ', map { $_ > 0xffff ? die : $_ ? sprintf('0x%x', $_) : '0' } @points);
    print "{ \"\L$name\E\", { $text } },\n";
}
print "};\n";
