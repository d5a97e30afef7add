/* submission.c - see submission.h: reading a file that anybody may have written. */
#include "app/submission.h"

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum {
	MAX_ID = 64, /* bytes of a lab's id */
};

/* 9999-12-31T23:59:59Z: what a date can be written for. */
static const int64_t last_ms = INT64_C(253402300799000);

/* The program's own file is what tells builds apart. */
static uint64_t hash_program(void)
{
	enum { CHUNK = 1 << 16 };
	XXH3_state_t *state = XXH3_createState();
	FILE *file = fopen("/proc/self/exe", "rbe");
	char *chunk = xmalloc(CHUNK);
	uint64_t hash;
	size_t n;

	XXH3_64bits_reset(state);
	while (file && (n = fread(chunk, 1, CHUNK, file)) > 0)
		XXH3_64bits_update(state, chunk, n);
	hash = XXH3_64bits_digest(state);
	if (file)
		fclose(file);
	free(chunk);
	XXH3_freeState(state);
	return hash;
}

const char *submission_program(void)
{
	static char text[sizeof AMIDOJO_VERSION + SUBMISSION_HEX + 1];
	char hex[SUBMISSION_HEX];

	if (!*text)
		snprintf(text, sizeof text, "%s-%s", AMIDOJO_VERSION,
			submission_hex(hash_program(), hex));
	return text;
}

char *submission_hex(uint64_t value, char out[SUBMISSION_HEX])
{
	snprintf(out, SUBMISSION_HEX, "%016" PRIx64, value);
	return out;
}

uint64_t submission_sum(const json_t *json)
{
	json_t *rest = json_copy((json_t *)(uintptr_t)json);
	struct buf text = BUF_INIT;
	uint64_t sum = 0;

	json_object_del(rest, "sum");
	if (buf_add_json(&text, rest, JSON_COMPACT | JSON_SORT_KEYS))
		sum = XXH3_64bits(text.s, text.len);
	buf_release(&text);
	json_decref(rest);
	return sum;
}

/* ---- the file ---- */

static bool read_all(int fd, const char *path, struct buf *out, struct err *e)
{
	char chunk[65536];
	ssize_t n = 0;

	while (out->len <= (size_t)SUBMISSION_MIB << 20 && (n = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(out, chunk, (size_t)n);
	if (n < 0)
		return err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));
	if (out->len > (size_t)SUBMISSION_MIB << 20)
		return err_set(e, ERR_DATA, _("%s has more than %d MiB"), path, SUBMISSION_MIB);
	return true;
}

static bool read_file(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool ok = false;

	if (fd < 0)
		return err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		err_set(e, ERR_NOTHING, _("%s is not a file"), path);
	else
		ok = read_all(fd, path, out, e);
	close(fd);
	return ok;
}

/* ---- its members ---- */

static bool read_hex(const char *text, uint64_t *out)
{
	if (strlen(text) != SUBMISSION_HEX - 1 ||
		strspn(text, "0123456789abcdef") != SUBMISSION_HEX - 1)
		return false;
	*out = strtoull(text, NULL, 16);
	return true;
}

static bool is_time(json_int_t ms)
{
	return ms >= 0 && ms <= last_ms;
}

static bool is_short(const char *text, size_t max)
{
	return !text || (*text && strlen(text) <= max);
}

static bool unpack(struct submission *s, struct err *e)
{
	const char *hash, *state, *sum;
	json_int_t began, written;
	uint64_t given;

	if (json_unpack(s->json, "{s:s, s:s, s?s, s?s, s?s, s:I, s:I, s:o, s:s, s:s}", "lab",
		    &s->lab, "hash", &hash, "seed", &s->seed, "student", &s->student, "program",
		    &s->program, "began", &began, "written", &written, "record", &s->record,
		    "state", &state, "sum", &sum) != 0 ||
		!read_hex(hash, &s->hash) || !read_hex(state, &s->state) ||
		!read_hex(sum, &given) || !is_time(began) || !is_time(written) ||
		!json_is_array(s->record))
		return err_set(e, ERR_DATA, _("A member is missing, or not what it has to be"));
	if (!is_short(s->lab, MAX_ID) || !is_short(s->seed, SUBMISSION_NAME) ||
		!is_short(s->student, SUBMISSION_NAME))
		return err_set(e, ERR_DATA, _("A name in it is empty or too long"));
	if (json_array_size(s->record) > SUBMISSION_ENTRIES)
		return err_set(
			e, ERR_DATA, _("Its record has more than %d entries"), SUBMISSION_ENTRIES);
	s->began_ms = began;
	s->written_ms = written;
	s->sum_fits = given == submission_sum(s->json);
	return true;
}

static bool read_json(struct submission *s, const struct buf *text, struct err *e)
{
	json_error_t why;
	const char *kind;
	json_int_t version;

	s->json = json_loadb(text->s, text->len, JSON_REJECT_DUPLICATES, &why);
	if (!s->json)
		return err_set(e, ERR_NOTHING, _("It is no JSON (line %d)"), why.line);
	kind = json_string_value(json_object_get(s->json, "amidojo"));
	if (!kind || strcmp(kind, "lab") != 0)
		return err_set(e, ERR_NOTHING, _("It is JSON, but no submission of a lab"));
	version = json_integer_value(json_object_get(s->json, "version"));
	if (version > SUBMISSION_VERSION)
		return err_set(e, ERR_NEWER, _("It was written by a newer amidojo"));
	if (version != SUBMISSION_VERSION)
		return err_set(e, ERR_DATA, _("A member is missing, or not what it has to be"));
	return unpack(s, e);
}

bool submission_read(const char *path, struct submission *out, struct err *e)
{
	struct buf text = BUF_INIT;
	bool ok;

	*out = (struct submission){0};
	ok = read_file(path, &text, e) && read_json(out, &text, e);
	buf_release(&text);
	if (!ok)
		submission_release(out);
	return ok;
}

void submission_release(struct submission *s)
{
	json_decref(s->json);
	*s = (struct submission){0};
}
