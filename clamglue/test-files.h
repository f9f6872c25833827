/* test-files.h - small archives and documents for the tests of clamglue, made byte by byte */
#ifndef CLAMGLUE_TEST_FILES_H
#define CLAMGLUE_TEST_FILES_H

#include "base/buf.h"

static void put16(struct buf *b, unsigned v)
{
    buf_add_char(b, (char)(v & 255));
    buf_add_char(b, (char)(v >> 8 & 255));
}

static void put32(struct buf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

static uint32_t __attribute__((unused)) test_crc32(struct slice s)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < s.n; i++) {
        crc ^= (unsigned char)s.p[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* ---- zip; data is stored as it is */

struct zip_file {
    const char *name;
    struct slice data;
    unsigned method, flags;
    /* what one header says otherwise than the other; 0: the same */
    unsigned local_method, local_flags;
    const char *local_name;
    uint32_t local_packed;
    bool no_entry, no_local, zip64, descriptor;
};

static void __attribute__((unused)) zip_local(struct buf *b, const struct zip_file *f)
{
    const char *name = f->local_name ? f->local_name : f->name;
    uint32_t n = f->zip64 ? 0xffffffff : f->local_packed ? f->local_packed : (uint32_t)f->data.n;
    put32(b, 0x04034b50);
    put16(b, 20);
    put16(b, (f->local_flags ? f->local_flags : f->flags) | (f->descriptor ? 8 : 0));
    put16(b, f->local_method ? f->local_method : f->method);
    put32(b, 0x00210000);
    put32(b, f->descriptor ? 0 : test_crc32(f->data));
    put32(b, f->descriptor ? 0 : n);
    put32(b, f->descriptor ? 0 : f->zip64 ? 0xffffffff : (uint32_t)f->data.n);
    put16(b, (unsigned)strlen(name));
    put16(b, f->zip64 ? 20 : 0);
    buf_add_str(b, name);
    if (f->zip64) {
        put16(b, 1);
        put16(b, 16);
        for (int i = 0; i < 2; i++) {
            put32(b, (uint32_t)f->data.n);
            put32(b, 0);
        }
    }
    buf_add_slice(b, f->data);
    if (f->descriptor) {
        put32(b, 0x08074b50);
        put32(b, test_crc32(f->data));
        put32(b, n);
        put32(b, n);
    }
}

static void __attribute__((unused)) zip_entry(struct buf *b, const struct zip_file *f, uint32_t offset)
{
    put32(b, 0x02014b50);
    put16(b, 20);
    put16(b, 20);
    put16(b, f->flags | (f->descriptor ? 8 : 0));
    put16(b, f->method);
    put32(b, 0x00210000);
    put32(b, test_crc32(f->data));
    put32(b, (uint32_t)f->data.n);
    put32(b, (uint32_t)f->data.n);
    put16(b, (unsigned)strlen(f->name));
    for (int i = 0; i < 4; i++)
        put16(b, 0);
    put32(b, 0);
    put32(b, offset);
    buf_add_str(b, f->name);
}

static void __attribute__((unused)) zip_end(struct buf *b, unsigned entries, size_t size, size_t offset)
{
    put32(b, 0x06054b50);
    put16(b, 0);
    put16(b, 0);
    put16(b, entries);
    put16(b, entries);
    put32(b, (uint32_t)size);
    put32(b, (uint32_t)offset);
    put16(b, 0);
}

/* Appends a whole archive; offsets count from its own begin. */
static void __attribute__((unused)) zip_make(struct buf *b, const struct zip_file *files, size_t n)
{
    size_t begin = b->n, offsets[32] = { 0 };
    unsigned entries = 0;
    for (size_t i = 0; i < n; i++) {
        offsets[i] = b->n - begin;
        if (!files[i].no_local)
            zip_local(b, &files[i]);
    }
    size_t directory = b->n;
    for (size_t i = 0; i < n; i++)
        if (!files[i].no_entry) {
            zip_entry(b, &files[i], (uint32_t)offsets[i]);
            entries++;
        }
    zip_end(b, entries, b->n - directory, directory - begin);
}

static void __attribute__((unused)) zip_one(struct buf *b, const char *name, struct slice data)
{
    const struct zip_file f = { .name = name, .data = data };
    zip_make(b, &f, 1);
}

/* ---- RAR, stored */

static void rar_block(struct buf *b, struct slice body)
{
    put16(b, test_crc32(body) & 0xffff);
    buf_add_slice(b, body);
}

static void __attribute__((unused))
rar_make(struct buf *b, const char *name, struct slice data, bool encrypted)
{
    struct buf h;
    buf_init(&h, 10000);
    buf_add(b, "Rar!\x1a\7\0", 7);
    buf_add_char(&h, 0x73);
    put16(&h, 0);
    put16(&h, 13);
    put16(&h, 0);
    put32(&h, 0);
    rar_block(b, buf_slice(&h));
    buf_reset(&h);
    buf_add_char(&h, 0x74);
    put16(&h, 0x8000 | (encrypted ? 4 : 0));
    put16(&h, 32 + (unsigned)strlen(name));
    put32(&h, (uint32_t)data.n);
    put32(&h, (uint32_t)data.n);
    buf_add_char(&h, 2);
    put32(&h, test_crc32(data));
    put32(&h, 0x00210000);
    buf_add_char(&h, 20);
    buf_add_char(&h, 0x30);
    put16(&h, (unsigned)strlen(name));
    put32(&h, 0x20);
    buf_add_str(&h, name);
    rar_block(b, buf_slice(&h));
    buf_add_slice(b, data);
    buf_reset(&h);
    buf_add_char(&h, 0x7b);
    put16(&h, 0x4000);
    put16(&h, 7);
    rar_block(b, buf_slice(&h));
    buf_deinit(&h);
}

/* ---- OLE2: header, one sector of FAT, directory, small FAT, small streams, and a stream of 4096 bytes */

static void ole2_entry(struct buf *b, const char *name, unsigned type, uint32_t start, uint32_t size)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < 32; i++)
        put16(b, i < n ? (unsigned char)name[i] : 0);
    put16(b, n ? 2 * (unsigned)n + 2 : 0);
    buf_add_char(b, (char)type);
    buf_add_char(b, 1);
    put32(b, 0xffffffff);
    put32(b, type == 5 ? 0xffffffff : 0xffffffff);
    put32(b, type == 5 ? 1 : 0xffffffff);
    for (int i = 0; i < 9; i++)
        put32(b, 0);
    put32(b, start);
    put32(b, size);
    put32(b, 0);
}

static void ole2_fill(struct buf *b, size_t to, uint32_t word)
{
    while (b->n < to)
        put32(b, word);
}

/* One stream. size up to 4096: below that it is a small one. */
static void __attribute__((unused))
ole2_make(struct buf *b, const char *name, struct slice head, uint32_t size)
{
    size_t begin = b->n;
    bool small = size < 4096;
    buf_add(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    ole2_fill(b, begin + 24, 0);
    put16(b, 0x3e);
    put16(b, 3);
    put16(b, 0xfffe);
    put16(b, 9);
    put16(b, 6);
    put16(b, 0);
    put32(b, 0);
    put32(b, 0);
    put32(b, 1); /* one sector of FAT */
    put32(b, 1); /* the directory's first */
    put32(b, 0);
    put32(b, 4096);
    put32(b, 2); /* small FAT */
    put32(b, 1);
    put32(b, 0xfffffffe);
    put32(b, 0);
    put32(b, 0); /* FAT is sector 0 */
    ole2_fill(b, begin + 512, 0xffffffff);
    put32(b, 0xfffffffd); /* 0: FAT; 1: directory; 2: small FAT; 3..10: the streams */
    put32(b, 0xfffffffe);
    put32(b, 0xfffffffe);
    for (uint32_t i = 3; i < 10; i++)
        put32(b, i + 1);
    put32(b, 0xfffffffe);
    ole2_fill(b, begin + 1024, 0xffffffff);
    ole2_entry(b, "Root Entry", 5, small ? 3 : 0xfffffffe, small ? 4096 : 0);
    ole2_entry(b, name, 2, small ? 0 : 3, size);
    ole2_entry(b, "", 0, 0, 0);
    ole2_entry(b, "", 0, 0, 0);
    for (uint32_t i = 0; i < 63; i++)
        put32(b, i + 1);
    put32(b, 0xfffffffe);
    ole2_fill(b, begin + 2048, 0xffffffff);
    buf_add_slice(b, head);
    while (b->n < begin + 2048 + 4096)
        buf_add_char(b, 0);
}

/* ---- TNEF */

static void tnef_attribute(struct buf *b, unsigned level, uint32_t id, struct slice data)
{
    unsigned sum = 0;
    buf_add_char(b, (char)level);
    put32(b, id);
    put32(b, (uint32_t)data.n);
    buf_add_slice(b, data);
    for (size_t i = 0; i < data.n; i++)
        sum += (unsigned char)data.p[i];
    put16(b, sum & 0xffff);
}

static void __attribute__((unused)) tnef_make(struct buf *b, const char *name, struct slice data)
{
    put32(b, 0x223e9f78);
    put16(b, 1);
    tnef_attribute(b, 1, 0x00089006, slice_of("\0\0\1\0", 4));
    tnef_attribute(b, 2, 0x00069002, slice_of("\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14));
    tnef_attribute(b, 2, 0x00018010, slice_of(name, strlen(name) + 1));
    tnef_attribute(b, 2, 0x0006800f, data);
}

/* ---- CMS: signed data, in one piece or in chunks of indefinite length */

static void der(struct buf *b, unsigned tag, struct slice value)
{
    buf_add_char(b, (char)tag);
    if (value.n >= 128) {
        buf_add_char(b, (char)0x83);
        buf_add_char(b, (char)(value.n >> 16));
        buf_add_char(b, (char)(value.n >> 8));
    }
    buf_add_char(b, (char)value.n);
    buf_add_slice(b, value);
}

static const char cms_signed[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
static const char cms_data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";

static void wrap(struct buf *b, unsigned tag, struct buf *inner)
{
    der(b, tag, buf_slice(inner));
    buf_deinit(inner);
}

static void __attribute__((unused)) cms_make(struct buf *b, struct slice content)
{
    struct buf explicit_, string, info, fields, sequence;
    buf_init(&string, 1 << 20);
    buf_init(&explicit_, 1 << 20);
    buf_init(&info, 1 << 20);
    buf_init(&fields, 1 << 20);
    buf_init(&sequence, 1 << 20);
    der(&string, 0x04, content);
    der(&info, 0x06, slice_of(cms_data, 9));
    wrap(&info, 0xa0, &string);
    der(&fields, 0x02, SLICE("\1"));
    der(&fields, 0x31, slice_of("\x30\x03\x06\x01\x2a", 5));
    wrap(&fields, 0x30, &info);
    der(&sequence, 0x06, slice_of(cms_signed, 9));
    wrap(&explicit_, 0x30, &fields);
    wrap(&sequence, 0xa0, &explicit_);
    wrap(b, 0x30, &sequence);
}

static void __attribute__((unused)) cms_chunks(struct buf *b, struct slice content)
{
    buf_add(b, "\x30\x80\x06\x09", 4);
    buf_add(b, cms_signed, 9);
    buf_add(b, "\xa0\x80\x30\x80\x02\x01\x01\x31\x80\x30\x80\x06\x01\x2a\0\0\0\0\x30\x80\x06\x09", 22);
    buf_add(b, cms_data, 9);
    buf_add(b, "\xa0\x80\x24\x80", 4);
    for (size_t i = 0; i < content.n; i += 50)
        der(b, 0x04, slice_sub(content, i, 50));
    for (int i = 0; i < 12; i++)
        buf_add_char(b, 0);
}

#endif
