/* lab-submit.c - `lab submit FILE`: what was done and where it led, for `amidojo grade`; see
 * submission.h. */
#include "app/lab-state.h"

#include "app/submission.h"
#include "base/intl.h"
#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool collect(void *ctx, const struct course_entry *entry, const json_t *json)
{
	(void)entry;
	return json_array_append(ctx, (json_t *)(uintptr_t)json) == 0;
}

/* A lab whose file has changed since it was begun was worked with neither version as a whole. */
static uint64_t hash_of(const struct lab_state *s)
{
	return course_hash(s->course.lib, s->course.lab) == s->hash ? s->hash : 0;
}

static json_t *pack(const struct app_world *w, const struct lab_state *s, json_t *record)
{
	char hash[SUBMISSION_HEX], state[SUBMISSION_HEX], sum[SUBMISSION_HEX];
	json_t *all = json_pack("{s:s, s:i, s:s, s:s, s:s*, s:s*, s:s, s:I, s:I, s:o, s:s}",
		"amidojo", "lab", "version", SUBMISSION_VERSION, "lab", s->id, "hash",
		submission_hex(hash_of(s), hash), "seed", s->class_seed, "student", s->student,
		"program", submission_program(), "began", (json_int_t)s->began_ms, "written",
		(json_int_t)app_now().utc_ms, "record", record, "state",
		submission_hex(course_state(w->sim), state));

	if (all)
		json_object_set_new(
			all, "sum", json_string(submission_hex(submission_sum(all), sum)));
	return all;
}

/* A name that was meant for something else, or another lab's, is not written over. */
static bool may_write(const char *path, const struct lab_state *s, struct err *e)
{
	struct submission there;
	struct err ignored = {0};
	bool same;

	if (access(path, F_OK) != 0)
		return true;
	if (!submission_read(path, &there, &ignored))
		return err_set(e, ERR_CONFLICT,
			_("%s is there already, and is no submission of a lab; it is left as it is. Name another file."),
			path);
	same = strcmp(there.lab, s->id) == 0 && text_same(there.seed, s->class_seed) &&
	       text_same(there.student, s->student);
	submission_release(&there);
	if (same)
		return true;
	return err_set(e, ERR_CONFLICT,
		_("%s is the submission of another lab or student; it is left as it is. Name another file."),
		path);
}

static bool too_long(struct err *e)
{
	return err_set(e, ERR_DATA,
		_("the record of this lab is too long to be graded (at most %d entries, %d MiB); 'lab start ID --yes' puts it aside and begins anew"),
		(int)SUBMISSION_ENTRIES, (int)SUBMISSION_MIB);
}

/* file_replace wants a slash. */
static bool write_to(const char *path, json_t *all, bool to_keep, struct err *e)
{
	struct buf place = BUF_INIT, text = BUF_INIT;
	bool ok;

	buf_addf(&place, "%s%s", strchr(path, '/') ? "" : "./", path);
	ok = buf_add_json(&text, all, JSON_INDENT(1)) ||
	     err_set(e, ERR_DATA, _("the record of this lab cannot be written as JSON"));
	buf_addc(&text, '\n');
	if (ok && !to_keep && text.len > (size_t)SUBMISSION_MIB << 20)
		ok = too_long(e);
	ok = ok && file_replace(place.s, text.s, text.len, e);
	buf_release(&place);
	buf_release(&text);
	return ok;
}

bool lab_submit(struct app_world *w, const struct lab_state *s, const char *path, bool to_keep,
	struct err *e)
{
	json_t *record = json_array(), *all;
	bool ok;

	if (!may_write(path, s, e) || !lab_record(w, collect, record, e)) {
		json_decref(record);
		return false;
	}
	if (!to_keep && json_array_size(record) > SUBMISSION_ENTRIES) {
		json_decref(record);
		return too_long(e);
	}
	all = pack(w, s, record);
	ok = all ? write_to(path, all, to_keep, e)
		 : err_set(e, ERR_DATA, _("the record of this lab cannot be written as JSON"));
	json_decref(all);
	return ok;
}
