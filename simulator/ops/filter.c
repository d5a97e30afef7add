/* filter.c - Filters of a request against values; see call.h and filter.h. */
#include "ops/filter.h"

#include "base/mem.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Behind the character at s: ? stands for a whole one, whatever its bytes. */
static const char *next_character(const char *s)
{
	for (s++; ((unsigned char)*s & 0xc0) == 0x80; s++)
		;
	return s;
}

bool wildcard_match(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	while (*text) {
		const char *p = pattern;

		if (*p == '*') {
			star = pattern++;
			resume = text;
			continue;
		}
		if (*p == '\\' && p[1])
			p++;
		if (p == pattern && *p == '?') {
			pattern++;
			text = next_character(text);
		} else if (*p && *p == *text) {
			pattern = p + 1;
			text++;
		} else if (star) { /* let the latest star take one more */
			pattern = star + 1;
			text = resume = next_character(resume);
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

/* ---- a value as the text that filters see ---- */

static const char *text_of(const json_t *v, char out[32])
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		return json_string_value(v);
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	case JSON_INTEGER:
		snprintf(out, 32, "%" PRId64, (int64_t)json_integer_value(v));
		return out;
	case JSON_REAL:
		snprintf(out, 32, "%.15g", json_real_value(v));
		return out;
	default:
		return NULL;
	}
}

static bool any_value(const json_t *values, const char *text)
{
	size_t i;
	json_t *v;

	json_array_foreach((json_t *)(uintptr_t)values, i, v)
	{
		if (wildcard_match(json_string_value(v), text))
			return true;
	}
	return false;
}

/* ---- walking down a path ---- */

static bool match_at(const json_t *v, const char *path, const json_t *values)
{
	char name[96], text[32];
	size_t n = strcspn(path, "."), i;
	const char *have;
	json_t *element;

	if (!v)
		return false;
	if (json_is_array(v)) {
		json_array_foreach((json_t *)(uintptr_t)v, i, element)
		{
			if (match_at(element, path, values))
				return true;
		}
		return false;
	}
	if (!*path) {
		have = text_of(v, text);
		return have && any_value(values, have);
	}
	if (n >= sizeof name)
		return false;
	memcpy(name, path, n);
	name[n] = '\0';
	return match_at(json_object_get(v, name), path + n + (path[n] == '.'), values);
}

static bool match_tag(const json_t *tags, const char *key, const json_t *values)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		const char *have = json_string_value(json_object_get(tag, "Key"));
		const char *value = json_string_value(json_object_get(tag, "Value"));

		if (have && strcmp(have, key) == 0 && any_value(values, value ? value : ""))
			return true;
	}
	return false;
}

/* ---- from a filter's name to its path ---- */

/* "block-device-mapping.device-name" -> "BlockDeviceMapping.DeviceName" */
static void pascal(const char *name, char *out, size_t size)
{
	bool up = true;
	size_t n = 0;

	for (; *name && n + 1 < size; name++) {
		if (*name == '-') {
			up = true;
			continue;
		}
		out[n++] = (char)(up ? toupper((unsigned char)*name) : *name);
		up = *name == '.';
	}
	out[n] = '\0';
}

static void find_path(const struct filter_path *paths, const char *name, struct filter *f)
{
	for (; paths && paths->filter; paths++) {
		if (strcmp(paths->filter, name) == 0) {
			snprintf(f->path, sizeof f->path, "%s", paths->path);
			return;
		}
	}
	if (strcmp(name, "tag-key") == 0)
		snprintf(f->path, sizeof f->path, "Tags.Key");
	else
		pascal(name, f->path, sizeof f->path);
}

void filters_read(const struct call *c, const struct filter_path *paths, struct filters *out)
{
	json_t *list = in_list(c->in, "Filters"), *in;
	size_t i;

	out->n = 0;
	out->all = xcalloc(json_array_size(list) + 1, sizeof *out->all);
	json_array_foreach(list, i, in)
	{
		const char *name = in_text(in, "Name");
		struct filter *f = &out->all[out->n++];

		f->values = in_list(in, "Values");
		if (strncmp(name, "tag:", 4) == 0)
			f->tag = name + 4;
		else
			find_path(paths, name, f);
	}
}

void filters_free(struct filters *f)
{
	free(f->all);
	f->all = NULL;
	f->n = 0;
}

bool filters_pass(const struct filters *f, const json_t *value)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct filter *one = &f->all[i];
		bool ok = one->tag
				  ? match_tag(json_object_get(value, "Tags"), one->tag, one->values)
				  : match_at(value, one->path, one->values);

		if (!ok)
			return false;
	}
	return true;
}

bool filters_match(const struct call *c, const struct filter_path *paths, const json_t *value)
{
	struct filters f;
	bool ok;

	filters_read(c, paths, &f);
	ok = filters_pass(&f, value);
	filters_free(&f);
	return ok;
}

bool filters_check(struct call *c)
{
	json_t *list = in_list(c->in, "Filters"), *in;
	size_t i;

	json_array_foreach(list, i, in)
	{
		const char *name = in_text(in, "Name");

		if (!name) {
			call_fault(
				c, FAULT_INVALID_PARAMETER_VALUE, "The filter 'null' is invalid");
			return false;
		}
		if (model_find_filter(c->op, name) < 0) {
			call_fault(c, FAULT_INVALID_FILTER, name);
			return false;
		}
		if (!json_array_size(in_list(in, "Values"))) {
			call_fault(c, FAULT_FILTER_WITHOUT_VALUES, name);
			return false;
		}
	}
	return true;
}
