/* lab-record.c - entries of a lab's record: reading them, counting them, doing them again; see
 * lab-course.h. */
#include "app/lab-course.h"

#include <string.h>
#include <xxhash.h>

bool course_entry_read(const json_t *json, struct course_entry *out)
{
	json_int_t at = 0;
	json_t *in = (json_t *)(uintptr_t)json;

	*out = (struct course_entry){0};
	if (json_unpack(in, "{s:I, s?s, s?s, s?i, s?s, s?s, s?i}", "at", &at, "line", &out->line,
		    "did", &out->did, "code", &out->code, "lab", &out->lab, "task", &out->task,
		    "number", &out->number) != 0)
		return false;
	out->at_ms = at;
	return out->lab || out->line;
}

json_t *course_entry_write(int64_t at_ms, const char *what, const char *task, int number)
{
	json_t *entry =
		json_pack("{s:I, s:s, s:s*}", "at", (json_int_t)at_ms, "lab", what, "task", task);

	if (number)
		json_object_set_new(entry, "number", json_integer(number));
	return entry;
}

/* Operations that only look. Time may pass while they do, so that something changes all the same.
 */
static bool only_looks(const char *operation)
{
	static const char *const begins[] = {"Describe", "Get", "List"};

	for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
		if (strncmp(operation, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

/* How many changing commands there are more by a line of a `did` text; the calls of one command are
 * one. Time that one lets pass is none. */
static int change_of(const char *line, size_t n, bool *counted)
{
	json_t *did = json_loadb(line, n, JSON_ALLOW_NUL, NULL);
	const char *operation = json_string_value(json_object_get(did, "operation"));
	const char *label = json_string_value(json_object_get(did, "label"));
	bool time = label && strncmp(label, "clock ", strlen("clock ")) == 0;
	int change = 0;

	if (json_object_get(did, "undo"))
		change = time ? 0 : -1;
	else if (json_object_get(did, "redo"))
		change = time ? 0 : 1;
	else if (operation && !only_looks(operation) && !*counted)
		change = *counted = true;
	json_decref(did);
	return change;
}

void course_count(const struct course_entry *entry, int *n)
{
	const char *at = entry->did;
	bool counted = false;

	if (entry->lab && strcmp(entry->lab, "reset") == 0)
		*n = 0;
	while (at && *at) {
		size_t length = strcspn(at, "\n");

		*n += change_of(at, length, &counted);
		at += length + (at[length] != '\0');
	}
	if (*n < 0)
		*n = 0;
}

bool course_replay(struct course *c, const struct course_entry *entry, struct sim **sim)
{
	struct err ignored = {0};

	if (entry->lab && strcmp(entry->lab, "reset") == 0) {
		sim_free(*sim);
		*sim = course_begin(c, &ignored);
		c->passed = 0;
		return *sim != NULL;
	}
	return !entry->did || sim_replay(*sim, entry->did, strlen(entry->did));
}

uint64_t course_state(const struct sim *sim)
{
	struct buf text = BUF_INIT;
	uint64_t hash;

	sim_write(sim, &text);
	hash = XXH3_64bits(text.s, text.len);
	buf_release(&text);
	return hash;
}
