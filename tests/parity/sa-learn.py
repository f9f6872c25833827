#!/usr/bin/env python3
"""sa-learn.py - tamis-sa-learn beside sa-learn: the same command lines, the same mail, the same output
usage: sa-learn.py [-v] [NAME]...    (TAMIS_BUILDDIR: the build tree; needs Debian's spamassassin)
Each case is some command lines, run one after the other by each program in a folder of its own, with a database of its
own (--dbpath); sa-learn leaves a lock behind where it does not like its options, so that comes last. Standard output and exit codes must be equal; where sa-learn dies of an error (255 and the like), ours has
to fail, too. Left out: times and tokens of dumps and backups, what stands on standard error, help.
Prints what differs and `N of N cases the same`; exit 1 when one differs.
"""
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile

OURS = os.path.join(os.path.abspath(os.environ.get('TAMIS_BUILDDIR', '.')), 'tamis-sa-learn')
THEIRS = 'sa-learn'
STOCK = '/usr/share/spamassassin'
KEPT = ('10_default_prefs.cf', '20_aux_tlds.cf')  # of the stock files: no rules are in there
FROM = 'From a@example.org Tue Nov 24 04:14:11 2026\n'


def mail(kind, n, more=''):
    text = 'Cheap pills, winner, click now' if kind == 'spam' else 'The minutes of our meeting are attached'
    return ('From: a@%s.example.org\nTo: b@example.net\nSubject: %s %d\nMessage-ID: <%s.%d@example.org>\n'
            'Date: Tue, 24 Nov 2026 04:%02d:00 +0000\n\n%s number %d!\n%s' % (kind, kind, n, kind, n, n % 60, text, n, more))


def mbox(kind, first, last, more=''):
    return ''.join(FROM + mail(kind, n, more) + '\n' for n in range(first, last + 1))


def mbx(kind, first, last):
    text = '*mbx*\r\n' + ' ' * 2041
    for n in range(first, last + 1):
        one = mail(kind, n).replace('\n', '\r\n')
        text += '24-Nov-2026 04:14:11 +0000,%d;000000000001-%08d\r\n%s' % (len(one), n, one)
    return text


def make_mail(folder):
    files = {
        'one': mail('spam', 1), 'two': mail('spam', 2), 'ham': mail('ham', 1), 'empty': '', 'binary': '\0\1\2\xff' * 500,
        'three.mbox': mbox('spam', 10, 12), 'box': mbox('spam', 20, 23), 'from': FROM + mail('spam', 30),
        'quoted.mbox': mbox('spam', 40, 41, '\nFrom the start a line\nFrom  here\n>From there\n'),
        'cut.mbox': 'a line before\n' + mbox('spam', 50, 51) + FROM, 'tight.mbox': mbox('spam', 54, 56).replace('\n\nFrom ', '\nFrom '),
        'zone.mbox': mbox('spam', 57, 59).replace('2026\nFrom:', '+0100 2026\nFrom:'), 'none.mbox': 'no mail here\n',
        'large': mail('spam', 60, 'x' * 70 + '\n') + 'y' * 600000, 'dir/a': mail('spam', 70), 'dir/.hidden': mail('spam', 71),
        'dir/,72': mail('spam', 72), 'dir/below/b': mail('spam', 73), 'dir/.folder/c': mail('spam', 74),
        'dir/in.mbox': mbox('spam', 75, 77), 'md/new/1': mail('ham', 80), 'md/cur/2:2,S': mail('ham', 81),
        'md/cur/3:2,ST': mail('ham', 82), 'md/tmp/4': mail('ham', 83), 'md/.Junk/cur/5': mail('ham', 84),
        'md/dovecot.index': 'x', 'boxes/a': mbox('spam', 90, 91), 'boxes/b c': mbox('spam', 92, 92), 'boxes/.d': mbox('spam', 93, 93),
        'boxes/sub/e': mbox('spam', 94, 94), 'uw': mbx('spam', 100, 102), 'same': mail('spam', 1), 'crlf': mail('spam', 3).replace('\n', '\r\n'),
        'with space': mail('spam', 4), 'noid': 'Subject: nothing\n\nno id here\n', 'header': 'Subject: only a header\n',
        'list': 'one\n\ntwo\n', 'classes': 'spam:file:one\nham:dir:md\nspam:mbox:box\nham::ham\n', 'lost': 'nowhere\none\n',
        'mixed.mbox': mbox('spam', 110, 111) + mbox('spam', 110, 110) + mbox('spam', 112, 112, 'z' * 600000 + '\n'),
        'uid.mbox': mbox('spam', 120, 121).replace('From a@', 'From  a@'),
    }
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as out:
            out.write(text.encode('latin-1'))
    for name in ('md/tmp', 'md/new', 'md/cur'):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with gzip.open(os.path.join(folder, 'packed'), 'wb') as out:
        out.write(mail('spam', 5).encode())
    os.symlink('one', os.path.join(folder, 'link'))


# name: command lines; "<FILE" at the end is standard input
CASES = {
    'file': ['--spam one', '--spam one', '--ham ham', '--dump magic'],
    'files': ['--spam one two crlf same', '--dump magic'],
    'both': ['--spam one --ham ham', '--ham md --spam dir', '--dump magic'],
    'relearned': ['--spam one', '--ham one', '--dump magic', '--ham one', '--spam one', '--dump magic'],
    'forget': ['--spam one two', '--forget one', '--forget one ham', '--dump magic', '--spam one', '--forget three.mbox'],
    'forget_ham': ['--ham ham', '--forget ham', '--dump magic', '--ham ham'],
    'input': ['--spam <one', '--ham - <ham', '--spam - one <two', '--dump magic'],
    'input_single': ['--spam --single <one'],
    'input_mbox': ['--spam --mbox <box', '--spam --mbox - <three.mbox', '--dump magic'],
    'mbox_by_name': ['--spam three.mbox', '--spam quoted.mbox', '--dump magic'],
    'mbox_by_option': ['--spam --mbox box', '--spam --mbox three.mbox box', '--dump magic'],
    'mbox_by_place': ['--spam box --mbox box', '--dump magic'],
    'mbox_as_file': ['--spam box', '--dump magic', '--spam from'],
    'mbox_cut': ['--spam cut.mbox', '--spam tight.mbox', '--spam zone.mbox', '--spam none.mbox', '--spam uid.mbox', '--dump magic'],
    'mbox_twice': ['--spam mixed.mbox', '--spam --max-size 0 mixed.mbox', '--dump magic'],
    'mbox_folder': ['--spam --mbox boxes', '--dump magic'],
    'mbox_empty': ['--spam --mbox empty', '--spam --mbox one', '--spam --mbox nowhere'],
    'mbx': ['--spam --mbx uw', '--spam --mbx uw', '--dump magic'],
    'mbx_wrong': ['--spam --mbx one', '--spam --mbx empty'],
    'directory': ['--spam dir', '--dump magic'],
    'directory_option': ['--spam --dir dir', '--spam --file one'],
    'maildir': ['--ham md', '--dump magic', '--ham md/cur'],
    'directory_slash': ['--ham md/', '--spam dir/below/'],
    'missing': ['--spam nowhere', '--spam nowhere one', '--ham nowhere/ ham'],
    'globs': ['--spam o* t?o', '--spam *.mbox', '--spam {one,ham}', '--spam nothing*', '--spam [ot]*'],
    'space': ['--spam with\\ space'],
    'link': ['--spam link', '--spam one'],
    'gzip': ['--spam packed', '--spam packed', '--dump magic'],
    'empty': ['--spam empty', '--ham header', '--ham noid', '--spam binary'],
    'large': ['--spam large', '--spam large one', '--spam --max-size 0 large', '--spam --max-size=1000 large', '--spam --max-size 50 one two'],
    'folders': ['--spam -f list', '--folders classes', '--dump magic', '--ham --folders lost', '--spam -f nowhere'],
    'folders_without_label': ['--folders=list'],
    'folders_and_files': ['--spam -f list ham', '--dump magic'],
    'classes': ['--spam -- ham:file:ham', '--spam -- spam:mbox:box', '--dump magic'],
    'quiet': ['--spam -q one', '--quiet --ham ham', '--dump magic'],
    'dots': ['--spam --showdots one two', '--progress --spam dir', '--showdots --progress --spam one'],
    'bundled': ['-qL --spam one', '-D --spam two', '-Lu joe --spam two', '--username=joe --ham ham'],
    'nonspam': ['--nonspam ham', '--dump magic'],
    'syncing': ['--sync', '--spam --no-sync one', '--sync', '--nosync --ham ham', '--rebuild', '--dump magic', '--forget --no-sync one'],
    'expire': ['--force-expire', '--spam one', '--expire', '--dump magic'],
    'clear': ['--spam one', '--clear', '--backup', '--spam one', '--dump magic'],
    'backup': ['--backup', '--spam one two', '--ham ham', '--backup >saved', '--clear', '--restore saved', '--dump magic'],
    'restore': ['--restore nowhere', '--restore empty', '--restore one'],
    'restore_over': ['--spam one', '--backup >saved', '--spam two', '--ham ham', '--restore saved', '--dump magic', '--spam two'],
    'dump': ['--dump', '--spam one', '--dump nothing', '--dump=magic', '--dump all'],
    'import': ['--import'],
    'stop': ['--spam --stopafter 2 one two three.mbox', '--dump magic'],
    'nothing': ['', 'one', '--mbox box'],
    'order': ['one --spam', 'one --spam two', '--forget one'],
    'unknown': ['--nosuch', '--spam --what one', '-Z', '--ham --username'],
    'version': ['-V', '--version'],
    'help': ['-h', '--help', '-?'],
    'abbreviated': ['--sp one', '--SPAM one'],
    'switched_off': ["--spam --cf use_bayes\\ 0 one", '--dump magic', "--sync --cf use_bayes\\ 0", "--spam --cf use_bayes\\ 0 --cf use_bayes\\ 1 one"],
    'ignores': ["--spam --use-ignores --cf bayes_ignore_from\\ *@spam.example.org one two", "--spam --cf bayes_ignore_from\\ *@spam.example.org one",
                "--ham --use-ignores --cf bayes_ignore_to\\ b@example.net ham", "--ham --use-ignores ham", '--dump magic',
                "--forget --use-ignores --cf bayes_ignore_from\\ *@spam.example.org one", '--dump magic'],
    'configuration': ["--spam -C cf -p nowhere --siteconfigpath cf one", '--spam --cf bayes_min_ham_num\\ 1 two', '--dump magic'],
}


def split(line):
    return [word.replace('\0', ' ') for word in line.replace('\\ ', '\0').split()]


def run(program, folder, line, common):
    words = split(line)
    stdin = stdout = None
    if words and words[-1][0] == '<':
        stdin = words.pop()[1:]
    if words and words[-1][0] == '>':
        stdout = words.pop()[1:]
    command = [program] + common + words
    with open(os.path.join(folder, stdin) if stdin else os.devnull, 'rb') as given:
        done = subprocess.run(command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, check=False, timeout=60,
                              env=dict(os.environ, HOME=folder, LC_ALL='C'))
    out = done.stdout
    if stdout:
        with open(os.path.join(folder, stdout), 'wb') as saved:
            saved.write(out)
        out = b''
    return done.returncode, out.decode('latin-1'), done.stderr.decode('latin-1')


def normal(line, text):
    """without what may differ: times, tokens, our version, SpamAssassin's help"""
    text = re.sub(r'(?m)^((t|s|b)\t.*|v\t\d+\ttamis)\n', '', text)  # b, and that v, are ours alone
    text = re.sub(r'(?m)^\d\.\d\d\d +\d+ +\d+ +\d+  (?!non-token).*\n', '', text)
    text = re.sub(r'(?m)^(0.000 +0) +\d+( +0  non-token data: (?:ntokens|.*atime.*|.*expir.*))$', r'\1 N\2', text)
    text = re.sub(r'(?m)^bayes: synced databases from journal.*\n', '', text)  # we have none
    text = re.sub(r'(?m)^  running on Tamis.*\n', '', text)
    return text


def kind(code, theirs):
    return code if theirs in (0, 1, 64) else code != 0


def run_case(name, verbose):
    lines, good = CASES[name], True
    with tempfile.TemporaryDirectory() as top:
        said = {}
        for program in (THEIRS, OURS):
            folder = os.path.join(top, os.path.basename(program))
            make_mail(folder)
            os.mkdir(os.path.join(folder, 'db'))
            os.mkdir(os.path.join(folder, 'cf'))
            for kept in KEPT:
                shutil.copy(os.path.join(STOCK, kept), os.path.join(folder, 'cf'))
            with open(os.path.join(folder, 'cf', 'bayes.pre'), 'w') as out:
                out.write('loadplugin Mail::SpamAssassin::Plugin::Bayes\nloadplugin Mail::SpamAssassin::Plugin::WLBLEval\n')
            common = ['--dbpath', 'db/bayes', '-C', 'cf', '--siteconfigpath', 'cf']
            if program == OURS:
                common += ['--set', 'virus_scan=no', '--set', 'workers=1', '--set', 'runtime_directory=' + folder, '--tamis-conf', os.devnull]
            said[program] = [run(program, folder, line, common) for line in lines]
    for line, theirs, ours in zip(lines, said[THEIRS], said[OURS]):
        same = normal(line, theirs[1]) == normal(line, ours[1]) or theirs[0] == 64
        if not same or kind(theirs[0], theirs[0]) != kind(ours[0], theirs[0]):
            good = False
            print('%s: sa-learn %s\n  theirs %d: %r %r\n  ours   %d: %r %r' % ((name, line) + theirs + ours))
        elif verbose:
            print('%s: sa-learn %s: %d %r' % (name, line, theirs[0], theirs[1][:100]))
    return good


def main(arguments):
    verbose = '-v' in arguments
    names = [a for a in arguments if a != '-v'] or list(CASES)
    same = sum(run_case(name, verbose) for name in names)
    print('%d of %d cases the same' % (same, len(names)))
    return 0 if same == len(names) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
