# mail-dmarc.pl - Mail::DMARC over zones of its own, for dmarc_diff.py
# Reads scenarios as JSON on standard input; prints key, result, disposition of each check.
use strict;
use warnings;
use JSON::PP;
use Mail::DMARC::PurePerl;
use Net::DNS;

package Zone;

sub new { return bless { zone => $_[1] }, $_[0] }
sub errorstring { return '' }

sub send {
    my ($self, $name, $type) = @_;
    $type ||= 'A';
    my $packet = Net::DNS::Packet->new($name, $type);
    my $entries = $self->{zone}{lc $name};
    $packet->header->rcode($entries ? 'NOERROR' : 'NXDOMAIN');
    for my $e (@{ $entries || [] }) {
        my ($t, $v) = %$e;
        next if $t ne $type;
        $packet->push(answer => Net::DNS::RR->new(name => $name, type => $t, ttl => 60,
            ($t eq 'A' ? (address => $v) : (txtdata => [$v]))));
    }
    return $packet;
}
sub query { my $p = shift->send(@_); return $p->answer ? $p : undef }

package main;

# as RFC 8601 names it
sub named {
    my ($r) = @_;
    return eval { $r->published } ? $r->result : 'none';
}

my $scenarios = decode_json(join '', <STDIN>);
for my $n (0 .. $#$scenarios) {
    my $zone = Zone->new($scenarios->[$n]{zone});
    my $checks = $scenarios->[$n]{checks};
    for my $i (0 .. $#$checks) {
        my $c = $checks->[$i];
        my $dmarc = Mail::DMARC::PurePerl->new;
        $dmarc->set_resolver($zone);
        my ($result, $disposition) = ('exception', '');
        eval {
            $dmarc->source_ip('192.0.2.1');
            $dmarc->envelope_to('here.example.com');
            $dmarc->envelope_from($c->{spf});
            $dmarc->header_from($c->{from});
            $dmarc->dkim([{ domain => $c->{dkim}, selector => 's', result => $c->{dkim_result} }]);
            $dmarc->spf([{ scope => 'mfrom', domain => $c->{spf}, result => $c->{spf_result} }]);
            $dmarc->validate;
            my $r = $dmarc->result;
            ($result, $disposition) = (named($r), lc($r->disposition || 'none'));
            1;
        } or $result = "exception $@" =~ s/\s+/ /gr;
        print "$n/$i\t$result\t$disposition\n";
    }
}
