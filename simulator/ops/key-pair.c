/*
 * key-pair.c - key pairs. Kind "key-pair", by name; private: _PublicKey. Source: the EC2 API
 * reference and the User Guide on fingerprints.
 *
 * The private keys that CreateKeyPair hands out look like keys and are none: their bytes follow
 * from the world's seed and open nothing anywhere. Imported keys are real, and so are their
 * fingerprints.
 */
#include "ops/links.h"

#include "base/codec.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_CHARS = 255, SHA1_BYTES = 20, RSA_BYTES = 256, ED25519_BYTES = 32 };

/* ---- public keys: SSH's blob, and what EC2 makes of it ---- */

static void add_number(struct buf *out, size_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(out, (char)(n >> shift & 255));
}

static void add_string(struct buf *out, const void *bytes, size_t n)
{
	add_number(out, n);
	buf_add(out, bytes, n);
}

/* A length-prefixed string at *at; false: the blob ends before. */
static bool take_string(const struct buf *blob, size_t *at, const char **s, size_t *n)
{
	const unsigned char *p = (const unsigned char *)blob->s + *at;

	if (blob->len - *at < 4)
		return false;
	*n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | (size_t)p[3];
	if (*n > blob->len - *at - 4)
		return false;
	*s = blob->s + *at + 4;
	*at += 4 + *n;
	return true;
}

static void add_der(struct buf *out, int tag, const void *bytes, size_t n)
{
	buf_addc(out, (char)tag);
	if (n >= 0x100) {
		buf_addc(out, (char)0x82);
		buf_addc(out, (char)(n >> 8));
	} else if (n >= 0x80) {
		buf_addc(out, (char)0x81);
	}
	buf_addc(out, (char)(n & 255));
	buf_add(out, bytes, n);
}

/* An imported RSA key's fingerprint is the MD5 of its SubjectPublicKeyInfo. */
static void rsa_fingerprint(const char *e, size_t n_e, const char *m, size_t n_m, struct buf *out)
{
	static const unsigned char algorithm[] = {
		0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0};
	struct buf numbers = BUF_INIT, key = BUF_INIT, info = BUF_INIT, all = BUF_INIT;
	uint8_t md5[MD5_BYTES];

	add_der(&numbers, 2, m, n_m);
	add_der(&numbers, 2, e, n_e);
	buf_addc(&key, '\0'); /* no unused bits */
	add_der(&key, 0x30, numbers.s, numbers.len);
	buf_add(&info, algorithm, sizeof algorithm);
	add_der(&info, 3, key.s, key.len);
	add_der(&all, 0x30, info.s, info.len);
	codec_md5(all.s, all.len, md5);
	codec_colons(out, md5, sizeof md5);
	buf_release(&numbers);
	buf_release(&key);
	buf_release(&info);
	buf_release(&all);
}

static void blob_fingerprint(const struct buf *blob, struct buf *out)
{
	uint8_t sha[SHA256_BYTES];

	codec_sha256(blob->s, blob->len, sha);
	codec_base64(out, sha, sizeof sha);
}

/* Reads a blob's type and fingerprint; NULL: it is no key that EC2 takes. */
static const char *blob_type(const struct buf *blob, struct buf *fingerprint)
{
	const char *type, *a, *b;
	size_t at = 0, n, n_a, n_b;

	if (!take_string(blob, &at, &type, &n) || !take_string(blob, &at, &a, &n_a))
		return NULL;
	if (n == 11 && memcmp(type, "ssh-ed25519", n) == 0 && n_a == ED25519_BYTES &&
		at == blob->len) {
		blob_fingerprint(blob, fingerprint);
		return "ed25519";
	}
	if (n != 7 || memcmp(type, "ssh-rsa", n) != 0 || !take_string(blob, &at, &b, &n_b) ||
		at != blob->len || n_b < 128 || n_b > 513) /* 1024 to 4096 bits */
		return NULL;
	rsa_fingerprint(a, n_a, b, n_b, fingerprint);
	return "rsa";
}

/* ---- key material of created pairs ---- */

struct material {
	bool ed25519, ppk;
	uint64_t seed;
	struct buf blob; /* SSH's public key */
	struct buf text; /* what CreateKeyPair answers */
	struct buf fingerprint;
};

static void make_blob(struct material *m)
{
	struct buf bytes = BUF_INIT;

	if (m->ed25519) {
		add_string(&m->blob, "ssh-ed25519", 11);
		codec_stream(&bytes, m->seed, ED25519_BYTES);
	} else {
		add_string(&m->blob, "ssh-rsa", 7);
		add_string(&m->blob, "\1\0\1", 3);
		buf_addc(&bytes, '\0');
		codec_stream(&bytes, m->seed, RSA_BYTES);
		bytes.s[1] = (char)(bytes.s[1] | 0x80);
	}
	add_string(&m->blob, bytes.s, bytes.len);
	buf_release(&bytes);
}

/* The fingerprint of a created RSA key is the SHA-1 of its private part, of an ED25519 key the
 * SHA-256 of the public one. */
static void make_fingerprint(struct material *m)
{
	struct buf bytes = BUF_INIT;

	if (m->ed25519) {
		blob_fingerprint(&m->blob, &m->fingerprint);
		return;
	}
	codec_stream(&bytes, m->seed + 1, SHA1_BYTES);
	codec_colons(&m->fingerprint, (const uint8_t *)bytes.s, SHA1_BYTES);
	buf_release(&bytes);
}

/* How the bytes of a PKCS#1 key begin: sequence, version 0, a modulus of 257 bytes. */
static void pem_rsa(struct material *m, struct buf *bytes)
{
	static const unsigned char head[] = {0x30, 0x82, 4, 0xa4, 2, 1, 0, 2, 0x82, 1, 1};

	buf_add(bytes, head, sizeof head);
	buf_add(bytes, m->blob.s + m->blob.len - RSA_BYTES - 1, RSA_BYTES + 1);
	codec_stream(bytes, m->seed + 2, 1192 - bytes->len);
}

static void pem_ed25519(struct material *m, struct buf *bytes)
{
	buf_add(bytes, "openssh-key-v1", 15);
	add_string(bytes, "none", 4);
	add_string(bytes, "none", 4);
	add_number(bytes, 0);
	add_number(bytes, 1);
	add_string(bytes, m->blob.s, m->blob.len);
	add_number(bytes, 136);
	codec_stream(bytes, m->seed + 2, 136);
}

static void make_pem(struct material *m)
{
	const char *kind = m->ed25519 ? "OPENSSH" : "RSA";
	struct buf bytes = BUF_INIT, text = BUF_INIT;

	if (m->ed25519)
		pem_ed25519(m, &bytes);
	else
		pem_rsa(m, &bytes);
	codec_base64(&text, bytes.s, bytes.len);
	buf_addf(&m->text, "-----BEGIN %s PRIVATE KEY-----\n", kind);
	codec_lines(&m->text, text.s, m->ed25519 ? 70 : 64);
	buf_addf(&m->text, "-----END %s PRIVATE KEY-----%s", kind, m->ed25519 ? "\n" : "");
	buf_release(&bytes);
	buf_release(&text);
}

/* PuTTY's format: lines of 64, each part with their number. */
static void ppk_part(struct material *m, const char *label, const char *bytes, size_t n)
{
	struct buf text = BUF_INIT;

	codec_base64(&text, bytes, n);
	buf_addf(&m->text, "%s: %zu\n", label, (text.len + 63) / 64);
	codec_lines(&m->text, text.s, 64);
	buf_release(&text);
}

static void make_ppk(struct material *m, const char *name)
{
	struct buf bytes = BUF_INIT;

	buf_addf(&m->text, "PuTTY-User-Key-File-3: ssh-%s\nEncryption: none\nComment: %s\n",
		m->ed25519 ? "ed25519" : "rsa", name);
	ppk_part(m, "Public-Lines", m->blob.s, m->blob.len);
	codec_stream(&bytes, m->seed + 2, m->ed25519 ? 36 : 652);
	ppk_part(m, "Private-Lines", bytes.s, bytes.len);
	buf_clear(&bytes);
	codec_stream(&bytes, m->seed + 3, 32);
	buf_adds(&m->text, "Private-MAC: ");
	for (size_t i = 0; i < bytes.len; i++)
		buf_addf(&m->text, "%02x", (unsigned)(unsigned char)bytes.s[i]);
	buf_addc(&m->text, '\n');
	buf_release(&bytes);
}

static void material_release(struct material *m)
{
	buf_release(&m->blob);
	buf_release(&m->text);
	buf_release(&m->fingerprint);
}

/* ---- creating and importing ---- */

static bool check_name(struct call *c, const char *name)
{
	size_t n = strlen(name);
	bool ascii = true;

	for (const char *s = name; *s; s++)
		ascii = ascii && (unsigned char)*s < 0x80;
	if (!n)
		call_fault(c, FAULT_MISSING_PARAMETER, "KeyName");
	else if (!ascii)
		call_fault(
			c, FAULT_KEY_NAME, name, "Character sets beyond ASCII are not supported.");
	else if (n > NAME_MAX_CHARS)
		call_fault(c, FAULT_KEY_NAME, name, "Length exceeds maximum of 255.");
	else if (name[0] == ' ' || name[n - 1] == ' ')
		call_fault(
			c, FAULT_KEY_NAME, name, "Key pair names can't start or end with spaces.");
	else if (call_get(c, "key-pair", name))
		call_fault(c, FAULT_KEY_PAIR_DUPLICATE);
	return !call_failed(c);
}

/* Puts the pair into the world; the answer's common members. */
static json_t *add_pair(
	struct call *c, const char *type, const char *fingerprint, const struct buf *blob)
{
	const char *name = in_text(c->in, "KeyName");
	struct buf public = BUF_INIT;
	char id[WORLD_ID];
	json_t *doc, *answer;

	buf_addf(&public, "ssh-%s ", type);
	codec_base64(&public, blob->s, blob->len);
	buf_addf(&public, " %s", name);
	call_id(c, "key", id);
	doc = json_pack("{s:s, s:s, s:o, s:s, s:s, s:s}", "KeyPairId", id, "KeyType", type,
		"CreateTime", time_json(call_now(c)), "KeyName", name, "KeyFingerprint",
		fingerprint, "_PublicKey", public.s);
	buf_release(&public);
	tags_set(c, "key-pair", doc);
	call_put(c, "key-pair", name, doc);
	answer = json_pack(
		"{s:s, s:s, s:s}", "KeyPairId", id, "KeyName", name, "KeyFingerprint", fingerprint);
	json_object_set(answer, "Tags", json_object_get(doc, "Tags"));
	return answer;
}

static const char *const taggable[] = {"key-pair", NULL};

static json_t *create(struct call *c)
{
	const char *type = in_text(c->in, "KeyType"), *format = in_text(c->in, "KeyFormat");
	const char *name = in_text(c->in, "KeyName");
	struct material m = {.blob = BUF_INIT, .text = BUF_INIT, .fingerprint = BUF_INIT};
	json_t *answer;

	if (!tags_check(c, taggable) || !check_name(c, name))
		return NULL;
	m.ed25519 = type && strcmp(type, "ed25519") == 0;
	m.ppk = format && strcmp(format, "ppk") == 0;
	m.seed = world_random(c->w);
	make_blob(&m);
	make_fingerprint(&m);
	if (m.ppk)
		make_ppk(&m, name);
	else
		make_pem(&m);
	answer = add_pair(c, m.ed25519 ? "ed25519" : "rsa", m.fingerprint.s, &m.blob);
	json_object_set_new(answer, "KeyMaterial", json_string(m.text.s));
	material_release(&m);
	return answer;
}

/* The base64 part of "ssh-rsa AAAA... comment", of an RFC 4716 file, or of a bare blob. */
static void key_text(const char *s, struct buf *out)
{
	const char *line, *end;

	if (strncmp(s, "ssh-", 4) == 0) {
		s += strcspn(s, " ");
		s += strspn(s, " ");
		buf_add(out, s, strcspn(s, " \r\n"));
		return;
	}
	if (strncmp(s, "---- BEGIN SSH2", 15) != 0) {
		buf_adds(out, s);
		return;
	}
	for (line = s + strcspn(s, "\n"); *line; line = end) {
		line += *line == '\n';
		end = line + strcspn(line, "\n");
		if (*line != '-' && !memchr(line, ':', (size_t)(end - line)))
			buf_add(out, line, (size_t)(end - line));
	}
}

/* The request holds base64 of the key file, as blobs travel; people also give the file as it is. */
static bool read_public_key(const char *given, struct buf *blob)
{
	struct buf file = BUF_INIT, text = BUF_INIT;
	bool ok;

	if (strncmp(given, "ssh-", 4) == 0 || strncmp(given, "----", 4) == 0)
		buf_adds(&file, given);
	else if (!codec_unbase64(&file, given))
		buf_clear(&file);
	if (file.len > 4 && file.s[0] == '\0') { /* the bare blob itself */
		buf_add(blob, file.s, file.len);
		ok = true;
	} else {
		key_text(file.s, &text);
		ok = text.len && codec_unbase64(blob, text.s);
	}
	buf_release(&file);
	buf_release(&text);
	return ok;
}

static json_t *import(struct call *c)
{
	struct buf blob = BUF_INIT, fingerprint = BUF_INIT;
	const char *type = NULL;
	json_t *answer = NULL;

	if (!tags_check(c, taggable) || !check_name(c, in_text(c->in, "KeyName")))
		return NULL;
	if (read_public_key(in_text(c->in, "PublicKeyMaterial"), &blob))
		type = blob_type(&blob, &fingerprint);
	if (type)
		answer = add_pair(c, type, fingerprint.s, &blob);
	else
		call_fault(c, FAULT_KEY_FORMAT);
	buf_release(&blob);
	buf_release(&fingerprint);
	return answer;
}

/* ---- looking, deleting, describing ---- */

bool key_pair_check(struct call *c, const char *name)
{
	if (!call_get(c, "key-pair", name))
		call_fault(c, FAULT_INVALID_KEY_PAIR_NOT_FOUND, name);
	return !call_failed(c);
}

static json_t *by_id(const struct call *c, const char *id)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "key-pair", &at, &r))
		if (strcmp(in_text(r.doc, "KeyPairId"), id) == 0)
			return r.doc;
	return NULL;
}

/* A name that nobody has is deleted with success, as EC2 does it. */
static json_t *delete_pair(struct call *c)
{
	const char *name = in_text(c->in, "KeyName"), *id = in_text(c->in, "KeyPairId");
	json_t *doc, *answer = json_pack("{s:b}", "Return", 1);

	doc = id ? by_id(c, id) : name ? call_get(c, "key-pair", name) : NULL;
	if (!id && !name)
		call_fault(c, FAULT_MISSING_PARAMETER, "KeyName");
	else if (id && !doc)
		call_fault(c, FAULT_KEY_PAIR_ID_NOT_FOUND, id);
	else if (id && name && strcmp(in_text(doc, "KeyName"), name) != 0)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"The key pair ID and the key pair name are of different key pairs.");
	if (doc && !call_failed(c)) {
		struct buf key = BUF_INIT;

		buf_adds(&key, in_text(doc, "KeyName"));
		json_object_set(answer, "KeyPairId", in_get(doc, "KeyPairId"));
		call_drop(c, "key-pair", key.s);
		buf_release(&key);
	}
	if (!call_failed(c))
		return answer;
	json_decref(answer);
	return NULL;
}

static bool listed(const struct call *c, const struct resource *r)
{
	json_t *names = in_list(c->in, "KeyNames"), *ids = in_list(c->in, "KeyPairIds");

	if (!json_array_size(names) && !json_array_size(ids))
		return true;
	return list_has(names, r->id) || list_has(ids, in_text(r->doc, "KeyPairId"));
}

static json_t *view(const struct call *c, const struct resource *r)
{
	json_t *copy = json_copy(r->doc);

	if (!in_has(copy, "Tags"))
		json_object_set_new(copy, "Tags", json_array());
	if (in_bool(c->in, "IncludePublicKey", false))
		json_object_set(copy, "PublicKey", in_get(r->doc, "_PublicKey"));
	return copy;
}

static const struct filter_path filters[] = {
	{"fingerprint", "KeyFingerprint"},
	{NULL, NULL},
};

static json_t *describe(struct call *c)
{
	size_t i;
	json_t *each;

	json_array_foreach(in_list(c->in, "KeyNames"), i, each)
	{
		if (!key_pair_check(c, json_string_value(each)))
			return NULL;
	}
	json_array_foreach(in_list(c->in, "KeyPairIds"), i, each)
	{
		if (!by_id(c, json_string_value(each)))
			return call_fault(c, FAULT_KEY_PAIR_ID_NOT_FOUND, json_string_value(each));
	}
	return call_describe(c, &(struct describe){.kind = "key-pair",
					.result = "KeyPairs",
					.filters = filters,
					.listed = listed,
					.view = view});
}

static const struct handler handlers[] = {
	{"CreateKeyPair", create},
	{"ImportKeyPair", import},
	{"DescribeKeyPairs", describe},
	{"DeleteKeyPair", delete_pair},
	{NULL, NULL},
};

const struct family ops_key_pair = {"ec2", handlers, NULL};
