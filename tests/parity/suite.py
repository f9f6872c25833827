#!/usr/bin/env python3
"""suite.py - SpamAssassin's own tests, run by spamassassin and by tamis-spamassassin
usage: suite.py [-v] [-c CONTROL] T [NAME]...
       T: the folder t/ of SpamAssassin's source of the version that is installed, fetched for the run (it is not part
          of this tree); NAME: only these of its *.t. TAMIS_BUILDDIR: the build tree.
Those tests are Perl; SATest.pm, which they share, lets the environment say what stands for `spamassassin`. Run are the
files that only call it: those that use the Perl interface, load a plugin of their own, ask the network, a database or
spamd, or learn, are listed as left out, each with the reason. A test runs in a copy of T, first with CONTROL (Debian's
spamassassin), then with ours; what is counted are its assertions. Those that the control does not pass are no
measure, and are left out of the sum. Prints `file: passed of those that the control passes`, then the sum; exit 1 when
it is below 95 %.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

STOCK = '/usr/share/spamassassin'
SITE = '/etc/spamassassin'
WANTED = 0.95

# what a file must not have to be a test of the program alone: pattern, reason
REASONS = (
    (r'create_saobj|Mail::SpamAssassin(?:::\w+)*->new|use Mail::SpamAssassin::|require Mail::SpamAssassin', 'Perl interface'),
    (r'loadplugin\s+\w+\s+\S+\.pm', 'a plugin of its own, in Perl'),
    (r'spamd|spamc|scrun', 'spamd and spamc'),
    (r'salearn|sa-learn|--add-addr-to|--add-to-', 'learning'),
    (r'run_net_tests|dns_server', 'network'),
    (r'mass-check|sa-awl|sa_compile|sa-compile|sa-update|sacheckspamd|make_install|perlcritic|podchecker', 'another program'),
    (r'DBI|SQL', 'a database'),
)
RESULT = re.compile(r'^(not )?ok (\d+)(.*)$', re.M)


def reason(text):
    for pattern, why in REASONS:
        if re.search(pattern, text):
            return why
    return None if 'sarun' in text else 'does not run spamassassin'


def set_up(source, directory):
    """T/.. as tests expect it: t/, rules/ with what is installed, blib/lib for SATest.pm to find"""
    shutil.copytree(source, directory + '/t', symlinks=True)
    os.makedirs(directory + '/blib/lib')
    os.makedirs(directory + '/rules')
    for folder, endings in ((STOCK, ('.cf', 'languages')), (SITE, ('.pre',))):
        for name in sorted(os.listdir(folder)):
            if name.endswith(endings):
                shutil.copy(os.path.join(folder, name), directory + '/rules')


def perl_flags(path):
    """what the first line asks for: a file with -T must be run with it"""
    with open(path, encoding='utf-8', errors='replace') as f:
        m = re.match(r'#!\S*perl((?:\s+-[a-zA-Z]+)*)', f.readline())
    return m.group(1).split() if m else []


def run(directory, name, program):
    """{number: passed} of a file's assertions; empty: it was skipped, or died"""
    env = dict(os.environ, SPAMASSASSIN_SCRIPT=program, HOME=directory, PERL_USE_UNSAFE_INC='1')
    try:
        done = subprocess.run(['perl'] + perl_flags(directory + '/t/' + name) + ['-I.', '-It', 't/' + name], cwd=directory, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=900)
    except subprocess.TimeoutExpired:
        return {}, 'took too long'
    out = done.stdout.decode(errors='replace')
    results = {int(m.group(2)): m.group(1) is None for m in RESULT.finditer(out) if '# skip' not in m.group(3).lower()}
    return results, done.stderr.decode(errors='replace')


def compare(source, name, control, ours, verbose):
    with tempfile.TemporaryDirectory(prefix='tamis-suite.') as directory:
        os.chmod(directory, 0o755)
        set_up(source, directory)
        theirs, _ = run(directory, name, control)
        mine, said = run(directory, name, ours)
    counted = [n for n, passed in theirs.items() if passed]
    passed = sum(mine.get(n, False) for n in counted)
    print('%-36s %4d of %4d%s' % (name, passed, len(counted),
                                  '  (%d more, which the control fails)' % (len(theirs) - len(counted))
                                  if len(theirs) > len(counted) else ''), flush=True)
    if verbose and passed < len(counted):
        print(''.join('    %s\n' % line for line in said.splitlines()[:20]), end='')
    return passed, len(counted)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('-v', action='store_true')
    p.add_argument('-c', default='/usr/bin/spamassassin')
    p.add_argument('t')
    p.add_argument('names', nargs='*')
    a = p.parse_args()
    ours = os.path.join(os.path.abspath(os.environ.get('TAMIS_BUILDDIR', '.')), 'tamis-spamassassin')
    total = [0, 0]
    for name in sorted(os.listdir(a.t)):
        if not name.endswith('.t') or (a.names and name not in a.names):
            continue
        with open(os.path.join(a.t, name), encoding='utf-8', errors='replace') as f:
            why = reason(f.read())
        if why:
            print('%-36s left out: %s' % (name, why), flush=True)
            continue
        for i, n in enumerate(compare(a.t, name, a.c, ours, a.v)):
            total[i] += n
    print('%d of %d assertions' % tuple(total))
    return 0 if total[1] and total[0] >= WANTED * total[1] else 1


if __name__ == '__main__':
    sys.exit(main())
