/* functions-text.c - ends_with join length reverse starts_with to_string type. */
#include "query/functions.h"

#include "query/chars.h"
#include "query/error.h"
#include "query/pytext.h"

#include <string.h>

json_t *fn_starts_with(struct eval *e, json_t *const *arg, size_t n)
{
	size_t have = json_string_length(arg[0]), want = json_string_length(arg[1]);

	(void)n;
	return eval_bool(e, want <= have && memcmp(json_string_value(arg[0]),
						    json_string_value(arg[1]), want) == 0);
}

json_t *fn_ends_with(struct eval *e, json_t *const *arg, size_t n)
{
	size_t have = json_string_length(arg[0]), want = json_string_length(arg[1]);

	(void)n;
	return eval_bool(e, want <= have && memcmp(json_string_value(arg[0]) + have - want,
						    json_string_value(arg[1]), want) == 0);
}

json_t *fn_join(struct eval *e, json_t *const *arg, size_t n)
{
	struct buf text = BUF_INIT;
	size_t count = json_array_size(arg[1]);
	json_t *v = NULL;

	(void)n;
	for (size_t i = 0; i < count && text.len <= EVAL_MAX_STRING; i++) {
		const json_t *part = json_array_get(arg[1], i);

		if (i)
			buf_add(&text, json_string_value(arg[0]), json_string_length(arg[0]));
		buf_add(&text, json_string_value(part), json_string_length(part));
	}
	if (text.len > EVAL_MAX_STRING)
		eval_work(e, e->max_work);
	else
		v = eval_string(e, text.s, text.len);
	buf_release(&text);
	return v;
}

json_t *fn_length(struct eval *e, json_t *const *arg, size_t n)
{
	size_t length;

	(void)n;
	if (json_is_string(arg[0]))
		length = char_count(json_string_value(arg[0]), json_string_length(arg[0]));
	else
		length = json_array_size(arg[0]) + json_object_size(arg[0]);
	return eval_made(e, json_integer((json_int_t)length), 4);
}

static json_t *reverse_text(struct eval *e, const char *s, size_t n)
{
	struct buf text = BUF_INIT;
	json_t *v;
	uint32_t c;

	buf_reserve(&text, n);
	for (size_t i = 0, len; i < n; i += len) {
		len = char_next(s + i, n - i, &c);
		memcpy(text.s + n - i - len, s + i, len);
	}
	v = eval_string(e, text.s, n);
	buf_release(&text);
	return v;
}

json_t *fn_reverse(struct eval *e, json_t *const *arg, size_t n)
{
	size_t count = json_array_size(arg[0]);
	json_t *array;

	(void)n;
	if (json_is_string(arg[0]))
		return reverse_text(e, json_string_value(arg[0]), json_string_length(arg[0]));
	array = eval_array(e);
	if (!array || !eval_work(e, count))
		return NULL;
	while (count--)
		json_array_append(array, json_array_get(arg[0], count));
	return array;
}

json_t *fn_to_string(struct eval *e, json_t *const *arg, size_t n)
{
	struct buf text = BUF_INIT;
	json_t *v = NULL;

	(void)n;
	if (json_is_string(arg[0]))
		return arg[0];
	if (py_dumps(&text, arg[0], EVAL_MAX_STRING))
		v = eval_string(e, text.s, text.len);
	else
		eval_work(e, e->max_work);
	buf_release(&text);
	return v;
}

json_t *fn_type(struct eval *e, json_t *const *arg, size_t n)
{
	enum kind kind = kind_of(arg[0]);
	const char *name = kind_name(kind);

	(void)n;
	return kind == KIND_EXPREF ? e->null : eval_string(e, name, strlen(name));
}
