/* page.c - see page.h. */
#include "cli/page.h"

#include "base/mem.h"
#include "cli/base64.h"
#include "cli/run.h"
#include "query/pytext.h"

#include <string.h>

enum {
	VALUE_TEXT = 4096,    /* of a value in a message */
	TOKEN_DEPTH = 100,    /* of the JSON in a token */
	INJECTED_SIZE = 1000, /* of pages, where EC2 is asked for pages though nobody said so */
};
static const int64_t items_limit = (int64_t)1 << 53; /* of --max-items: more is as good as all */
static const char truncate_key[] = "boto_truncate_amount";

/* --- lists as Python slices them ------------------------------------------------------------ */

static int64_t slice_index(int64_t index, size_t n)
{
	if (index < 0)
		index += (int64_t)n;
	return index < 0 ? 0 : index > (int64_t)n ? (int64_t)n : index;
}

/* list[from:to]; the answer is a new list. */
static json_t *slice(const json_t *list, int64_t from, int64_t to)
{
	json_t *part = json_array();

	for (int64_t i = from; i < to; i++)
		json_array_append(part, json_array_get(list, (size_t)i));
	return part;
}

/* The page with another list in it; steals both. */
static json_t *with_items(const struct cli_pages *p, json_t *page, json_t *items)
{
	json_t *copy = json_copy(page);

	json_decref(page);
	json_object_set_new_nocheck(copy, p->result, items);
	return copy;
}

/* --- tokens --------------------------------------------------------------------------------- */

/* Python's text for a value that cannot be a token; returns false. */
static bool bad_token(struct cli_pages *p, const json_t *token, const char *text)
{
	struct buf repr = BUF_INIT;

	if (token)
		py_repr(&repr, token, VALUE_TEXT);
	fail_general(p->inv, "Bad starting token: %s", token ? repr.s : text);
	buf_release(&repr);
	p->failed = true;
	return false;
}

/* "TOKEN" or "TOKEN___3", of an age before base64: opaque to the CLI, and the service's own. */
static bool old_token(struct cli_pages *p, const char *text)
{
	const char *mark = strstr(text, "___");
	json_t *index = NULL;
	size_t n = strlen(text);

	if (mark && !strstr(mark + 3, "___")) {
		index = py_number(mark + 3, strlen(mark + 3));
		if (json_is_integer(index)) {
			p->skip = json_integer_value(index);
			n = (size_t)(mark - text);
		}
	} else if (mark) {
		return bad_token(p, NULL, text);
	}
	json_decref(index);
	json_object_set_new_nocheck(p->token, p->token_name,
		n == 4 && !strncmp(text, "None", n) ? json_null() : json_stringn(text, n));
	return true;
}

/* What the CLI itself had printed: base64 of JSON. NULL: it is something else. */
static json_t *decode_token(const char *text)
{
	struct buf bytes = BUF_INIT;
	const char *problem;
	json_t *token = NULL;

	if (base64_decode(&bytes, text, strlen(text)))
		token = py_loads(bytes.s, bytes.len, TOKEN_DEPTH, &problem);
	buf_release(&bytes);
	if (token && !json_is_object(token)) {
		json_decref(token);
		token = NULL;
	}
	return token;
}

static bool parse_token(struct cli_pages *p, const char *text)
{
	json_t *token = decode_token(text), *index;

	if (!token)
		return old_token(p, text);
	index = json_object_get(token, truncate_key);
	if (index && !json_is_integer(index) && !json_is_null(index)) {
		json_decref(token);
		p->failed = true;
		return fail_general(p->inv, "slice indices must be integers or None or have an "
					    "__index__ method");
	}
	p->skip = json_integer_value(index);
	json_object_del(token, truncate_key);
	json_decref(p->token);
	p->token = token;
	return true;
}

/* JSON with blanks after ',' and ':', then base64. */
static char *encode_token(const json_t *token)
{
	struct buf text = BUF_INIT, encoded = BUF_INIT;
	const char *key;
	json_t *value, *name;

	buf_addc(&text, '{');
	json_object_foreach((json_t *)token, key, value)
	{
		if (text.len > 1)
			buf_adds(&text, ", ");
		name = json_string_nocheck(key);
		py_dumps(&text, name, SIZE_MAX);
		buf_adds(&text, ": ");
		py_dumps(&text, value, SIZE_MAX);
		json_decref(name);
	}
	buf_addc(&text, '}');
	base64_encode(&encoded, text.s, text.len);
	buf_release(&text);
	return buf_detach(&encoded);
}

/* The token that goes on after this page; it may hold the service's token and the amount only. */
static bool set_resume(struct cli_pages *p)
{
	size_t known = (json_object_get(p->token, p->token_name) != NULL) +
		       (json_object_get(p->token, truncate_key) != NULL);

	if (!json_object_get(p->token, p->token_name) || json_object_size(p->token) != known)
		return bad_token(p, p->token, NULL);
	p->resume = encode_token(p->token);
	return true;
}

static void inject_token(struct cli_pages *p)
{
	const char *name, *text;
	json_t *value;

	json_object_foreach(p->token, name, value)
	{
		text = json_string_value(value);
		if (json_is_null(value) || (text && !strcmp(text, "None")))
			json_object_del(p->request, name);
		else
			json_object_set_nocheck(p->request, name, value);
	}
}

/* --- sizes ---------------------------------------------------------------------------------- */

/*
 * Listings of volumes and snapshots that ask for everything are asked for in pages, for EC2 would
 * give up on them otherwise: awscli's customisation of these two operations.
 */
static bool wants_pages(const struct invocation *inv)
{
	static const struct {
		const char *operation, *harmless[5];
	} table[] = {
		{"DescribeVolumes", {"NextToken", "DryRun"}},
		{"DescribeSnapshots", {"NextToken", "DryRun", "OwnerIds", "RestorableByUserIds"}},
	};
	const char *name;
	json_t *value;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		size_t known = 0;

		if (strcmp(table[i].operation, model_text(inv->op->name)) != 0)
			continue;
		json_object_foreach(inv->request, name,
			value) for (size_t k = 0; k < 5 && table[i].harmless[k]; k++) known +=
			!strcmp(name, table[i].harmless[k]);
		return known == json_object_size(inv->request);
	}
	return false;
}

static void inject_size(struct cli_pages *p, uint16_t limit)
{
	const struct cli_paging *paging = &p->inv->paging;
	int64_t size = paging->has_page_size ? paging->page_size : INJECTED_SIZE;
	const struct model_member *m = &model_members[limit];
	json_t *value;

	if (!paging->has_page_size && !wants_pages(p->inv))
		return;
	value = json_integer(size);
	if (model_member_shape(m)->kind == MODEL_STRING) {
		json_decref(value);
		value = json_sprintf("%lld", (long long)size);
	}
	json_object_set_new_nocheck(p->request, model_text(m->name), value);
}

bool pages_begin(struct cli_pages *p, struct invocation *inv)
{
	const struct model_page *page = &model_pages[inv->op->page];
	const struct cli_paging *paging = &inv->paging;

	*p = (struct cli_pages){.inv = inv, .first = true, .limited = paging->has_max_items};
	p->request = json_copy(inv->request);
	p->token = json_object();
	p->token_name = model_text(model_members[page->token_in].name);
	p->answer_token_name = model_text(model_members[page->token_out].name);
	p->result = model_text(model_members[page->result].name);
	p->max_items = paging->max_items > items_limit    ? items_limit
		       : paging->max_items < -items_limit ? -items_limit
							  : paging->max_items;
	json_object_set_new_nocheck(p->token, p->token_name, json_null());
	if (paging->starting_token) {
		if (!parse_token(p, paging->starting_token))
			return false;
		inject_token(p);
	}
	if (page->limit != MODEL_NONE)
		inject_size(p, page->limit);
	return true;
}

/* --- the way through ------------------------------------------------------------------------ */

/* The page ends the listing because --max-items is reached in it: the rest of it goes. */
static json_t *truncated(struct cli_pages *p, json_t *page, json_t *items, int64_t amount)
{
	size_t n = json_array_size(items);
	int64_t keep = (int64_t)n - amount;

	page = with_items(p, page, slice(items, 0, slice_index(keep, n)));
	json_object_set_new_nocheck(p->token, truncate_key, json_integer(keep + p->skip));
	p->done = true;
	if (set_resume(p))
		return page;
	json_decref(page);
	return NULL;
}

/* Makes the next call's request, or finds that this was the last page. */
static void advance(struct cli_pages *p)
{
	json_t *next = json_object_get(p->page, p->answer_token_name);
	struct buf repr = BUF_INIT;

	json_decref(p->token);
	p->token = json_object();
	if (!next || (json_is_string(next) && !json_string_length(next)))
		next = json_null();
	json_object_set_nocheck(p->token, p->token_name, next);
	p->done = json_is_null(next);
	if (!p->done && p->limited && p->items == p->max_items) {
		p->done = true;
		set_resume(p);
	} else if (!p->done && p->last_token && json_equal(p->last_token, p->token)) {
		py_repr(&repr, p->token, VALUE_TEXT);
		fail_general(p->inv,
			"Error during pagination: The same next token was received twice: %s",
			repr.s);
		p->done = p->failed = true;
	}
	buf_release(&repr);
	if (p->done)
		return;
	inject_token(p);
	json_decref(p->last_token);
	p->last_token = json_incref(p->token);
}

json_t *pages_next(struct cli_pages *p)
{
	json_t *page, *items;
	int64_t n, extra;

	if (p->page)
		advance(p);
	json_decref(p->page);
	p->page = NULL;
	if (p->done || p->failed)
		return NULL;
	page = run_call(p->inv, p->request);
	if (!page) {
		p->failed = true;
		return NULL;
	}
	items = json_object_get(page, p->result);
	if (p->first && p->inv->paging.starting_token) {
		n = (int64_t)json_array_size(items);
		items = json_is_array(items) ? slice(items, slice_index(p->skip, (size_t)n), n)
					     : json_null();
		page = with_items(p, page, items);
	} else {
		p->skip = 0;
	}
	p->first = false;
	n = (int64_t)json_array_size(items);
	extra = p->limited ? p->items + n - p->max_items : 0;
	if (extra > 0)
		return truncated(p, page, items, extra);
	p->items += n;
	p->page = json_incref(page);
	return page;
}

void pages_release(struct cli_pages *p)
{
	json_decref(p->request);
	json_decref(p->token);
	json_decref(p->last_token);
	json_decref(p->page);
	free(p->resume);
}
