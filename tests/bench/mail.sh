#!/bin/sh
# mail.sh - make mail of some 8 KB for the bench: plain, HTML with text, with an attachment; 40 files
# usage: mail.sh DIRECTORY. The same bytes each time.
dir=$1
[ -d "$dir" ] || exit 2
awk -v dir="$dir" '
function word(   w) { w = int(rand() * n) + 1; return words[w] }
function line(   s, i) { s = ""; for (i = 0; i < 11; i++) s = s (i ? " " : "") word(); return s }
function paragraph(lines,   s, i) { s = ""; for (i = 0; i < lines; i++) s = s line() ".\n"; return s }
function base64(lines,   s, i, j) {
    s = ""
    for (i = 0; i < lines; i++) {
        for (j = 0; j < 76; j++) s = s substr(alphabet, int(rand() * 64) + 1, 1)
        s = s "\n"
    }
    return s
}
function head(i) {
    return "Received: from relay" i ".example.org (relay" i ".example.org [192.0.2." i + 1 "])\n" \
        "\tby mx.example.com with ESMTPS id 4Qx" i "; Tue, 03 Mar 2026 10:" 10 + i % 40 ":00 +0000\n" \
        "From: " word() " " word() " <" word() "@example.org>\nTo: bob@example.net\n" \
        "Subject: " word() " " word() " " word() "\nDate: Tue, 03 Mar 2026 10:00:0" i % 10 " +0000\n" \
        "Message-ID: <" i ".bench@mail.example.org>\nMIME-Version: 1.0\n"
}
function html(lines,   s, i) {
    s = "<html><head><style>p { color: #333 }</style></head><body>\n"
    for (i = 0; i < lines; i++)
        s = s "<p>" line() " <a href=\"https://www.example.org/" word() "/" i "\">" word() "</a> &amp; " word() "</p>\n"
    return s "</body></html>\n"
}
function plain(i) { return head(i) "Content-Type: text/plain; charset=utf-8\n\n" paragraph(110) }
function alternative(i) {
    return head(i) "Content-Type: multipart/alternative; boundary=\"b" i "\"\n\n--b" i \
        "\nContent-Type: text/plain; charset=utf-8\n\n" paragraph(30) "--b" i \
        "\nContent-Type: text/html; charset=utf-8\n\n" html(40) "--b" i "--\n"
}
function attached(i) {
    return head(i) "Content-Type: multipart/mixed; boundary=\"m" i "\"\n\n--m" i \
        "\nContent-Type: text/plain\n\n" paragraph(20) "--m" i \
        "\nContent-Type: application/pdf; name=report.pdf\nContent-Transfer-Encoding: base64\n\n" base64(85) "--m" i "--\n"
}
BEGIN {
    srand(1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    n = split("the of and to meeting invoice project garden summer report please thanks team budget letter answer" \
        " question friday morning train ticket office paper order delivery address market price weather school" \
        " music holiday family picture number table window water system problem change reason", words, " ")
    for (i = 0; i < 40; i++) {
        file = dir "/" sprintf("%02d", i) ".eml"
        printf "%s", (i % 4 == 0 ? plain(i) : i % 4 == 3 ? attached(i) : alternative(i)) > file
        close(file)
    }
}'
