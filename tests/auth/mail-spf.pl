# mail-spf.pl - Mail::SPF over zones of its own, for spf_diff.py
# Reads scenarios as JSON on standard input; prints key, result, reason of each check.
use strict;
use warnings;
use JSON::PP;
use Mail::SPF;
use Net::DNS;

package Zone;

sub new { return bless { zone => $_[1] }, $_[0] }
sub errorstring { return $_[0]{error} }
sub udppacketsize { return 4096 }

sub record {
    my ($name, $type, $value) = @_;
    my %rr = (name => $name, type => $type, ttl => 60);
    @rr{qw(preference exchange)} = @$value if $type eq 'MX';
    $rr{address} = $value if $type eq 'A' || $type eq 'AAAA';
    $rr{ptrdname} = $value if $type eq 'PTR';
    $rr{txtdata} = [$value] if $type eq 'TXT';
    return Net::DNS::RR->new(%rr);
}

sub send {
    my ($self, $name, $type) = @_;
    my $packet = Net::DNS::Packet->new($name, $type);
    $name =~ s/\.$//;
    my $entries = $self->{zone}{lc $name};
    $self->{error} = $entries && @$entries && !ref $entries->[0] ? 'query timed out' : '';
    return undef if $self->{error};
    $packet->header->rcode($entries ? 'NOERROR' : 'NXDOMAIN');
    for my $e (@{ $entries || [] }) {
        my ($t, $v) = %$e;
        $packet->push(answer => record($name, $t, $v)) if $t eq $type;
    }
    return $packet;
}
sub bgsend { die }

package main;

my $scenarios = decode_json(join '', <STDIN>);
for my $n (0 .. $#$scenarios) {
    my %zone = map { lc $_ => $scenarios->[$n]{zone}{$_} } keys %{ $scenarios->[$n]{zone} };
    my $server = Mail::SPF::Server->new(dns_resolver => Zone->new(\%zone));
    my $checks = $scenarios->[$n]{checks};
    for my $i (0 .. $#$checks) {
        my $c = $checks->[$i];
        my ($result, $why) = ('exception', '');
        eval {
            my $r = $server->process(Mail::SPF::Request->new(
                versions => [1], scope => 'mfrom', identity => $c->{mailfrom}, ip_address => $c->{host},
                helo_identity => $c->{helo}));
            ($result, $why) = (lc $r->code, $r->text);
            1;
        } or $why = $@;
        $why =~ s/[\t\n]/ /g;
        print "$n/$i\t$result\t$why\n";
    }
}
