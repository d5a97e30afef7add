/* shape.c - table-driven binding of YAML to structs; see shape.h. */
#include "content/shape.h"

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "content/lint.h"

#include <stdlib.h>
#include <string.h>

const char *const lang_code[LANGS] = {"en", "ko"};

const char *text_in(const struct text *t, enum lang lang)
{
	const char *s = t->in[lang];

	for (int other = 0; !s && other < LANGS; other++)
		s = t->in[other];
	return s ? s : "";
}

const char *nearest_name(const char *word, const char *const *names)
{
	int limit = (int)strlen(word) < 4 ? 1 : 2, best = limit + 1;
	const char *found = NULL;

	for (; *names; names++) {
		int distance = text_distance(word, *names, limit);

		if (distance < best) {
			best = distance;
			found = *names;
		}
	}
	return found;
}

/* A list member: a pointer and, right after it, the count. */
struct list_member {
	void *items;
	size_t len;
};

static const char *kind_name(const struct node *n)
{
	switch (n->kind) {
	case NODE_LIST:
		return _("a list");
	case NODE_MAP:
		return _("a mapping");
	default:
		return _("a single value");
	}
}

static bool wrong_kind(struct binder *b, const struct node *n, const char *wanted)
{
	diag_error(
		b->diags, tree_place(b->tree, n), _("expected %s, found %s"), wanted, kind_name(n));
	return false;
}

static bool bind_value(struct binder *b, const struct field *f, const struct node *n, char *base);

/* ---- scalars ---- */

static bool bind_word(struct binder *b, const struct node *n, struct word *out)
{
	if (n->kind != NODE_SCALAR)
		return wrong_kind(b, n, _("a single value"));
	*out = (struct word){tree_text(b->tree, n), tree_place(b->tree, n)};
	if (n->length)
		return true;
	diag_error(b->diags, out->at, _("the value is empty"));
	return false;
}

/* Of what is not ASCII all but the control characters U+0080 to U+009F. */
static bool is_id_char(const char *s)
{
	unsigned char c = (unsigned char)s[0];

	if (c == 0xc2)
		return (unsigned char)s[1] >= 0xa0;
	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

static bool bind_id(struct binder *b, const struct node *n, struct word *out)
{
	struct buf nfc = BUF_INIT;

	if (!bind_word(b, n, out))
		return false;
	for (const char *s = out->s; *s; s++) {
		if (is_id_char(s))
			continue;
		diag_error(b->diags, out->at,
			_("'%.60s' cannot be an id: use letters, digits, '-', '_' and '.'"),
			out->s);
		return false;
	}
	if (!text_is_nfc(out->s, n->length)) {
		text_nfc(out->s, n->length, &nfc);
		out->s = arena_strndup(b->arena, nfc.s, nfc.len);
		buf_release(&nfc);
	}
	if (strlen(out->s) <= ID_MAX_BYTES)
		return true;
	diag_error(b->diags, out->at, _("an id has at most %d bytes"), ID_MAX_BYTES);
	return false;
}

/* Printable ASCII only, as RFC 3986 has it; anything else is to be percent-encoded. */
static bool is_url(const char *s)
{
	if (strncmp(s, "https://", 8) != 0 || !s[8])
		return false;
	while (*s > ' ' && *s < 0x7f)
		s++;
	return !*s;
}

static bool bind_url(struct binder *b, const struct node *n, struct word *out)
{
	if (!bind_word(b, n, out))
		return false;
	if (is_url(out->s))
		return true;
	diag_error(b->diags, out->at, _("'%.80s' is not an https:// address"), out->s);
	return false;
}

static bool bind_choice(
	struct binder *b, const struct field *f, const struct node *n, struct word *out)
{
	struct buf all = BUF_INIT;

	if (!bind_word(b, n, out))
		return false;
	for (const char *const *c = f->choices; *c; c++) {
		if (strcmp(*c, out->s) == 0) {
			buf_release(&all);
			return true;
		}
		buf_addf(&all, "%s%s", all.len ? ", " : "", *c);
	}
	diag_error(b->diags, out->at, _("'%.60s' is not one of: %s"), out->s, all.s);
	buf_release(&all);
	return false;
}

static bool bind_number(
	struct binder *b, const struct field *f, const struct node *n, struct number *out)
{
	struct word w;
	int value;

	if (!bind_word(b, n, &w))
		return false;
	if (!number_parse(w.s, f->min, f->max, &value)) {
		diag_error(b->diags, w.at,
			_("expected a whole number from %d to %d, found '%.40s'"), f->min, f->max,
			w.s);
		return false;
	}
	*out = (struct number){value, w.at};
	return true;
}

static bool bind_date(struct binder *b, const struct node *n, day_t *out)
{
	struct word w;

	if (!bind_word(b, n, &w))
		return false;
	if (day_parse(w.s, out))
		return true;
	diag_error(b->diags, w.at, _("expected a date like 2026-11-21, found '%.40s'"), w.s);
	return false;
}

/* ---- {en: ..., ko: ...} ---- */

static bool bind_language(
	struct binder *b, struct text *t, const struct node *key, const struct node *value)
{
	int lang;

	for (lang = 0; lang < LANGS; lang++)
		if (strcmp(tree_text(b->tree, key), lang_code[lang]) == 0)
			break;
	if (lang == LANGS) {
		diag_error(b->diags, tree_place(b->tree, key),
			_("unknown language '%.40s'; texts are written as {en: ..., ko: ...}"),
			tree_text(b->tree, key));
		return false;
	}
	if (value->kind != NODE_SCALAR)
		return wrong_kind(b, value, _("a text"));
	if (!value->length) {
		diag_error(b->diags, tree_place(b->tree, value), _("the text is empty"));
		return false;
	}
	t->in[lang] = tree_text(b->tree, value);
	t->node[lang] = value;
	if (b->lint)
		lint_text(b->tree, value, b->diags);
	return true;
}

static bool bind_text(struct binder *b, const struct node *n, struct text *out)
{
	const struct node *key, *value;
	bool ok = true;

	out->at = tree_place(b->tree, n);
	if (n->kind != NODE_MAP)
		return wrong_kind(b, n, _("a text in two languages, {en: ..., ko: ...}"));
	for (key = tree_first(b->tree, n); key; key = tree_next(b->tree, value)) {
		value = tree_next(b->tree, key);
		ok = bind_language(b, out, key, value) && ok;
	}
	if (!ok)
		return false;
	if (!out->in[LANG_EN] && !out->in[LANG_KO]) {
		diag_error(b->diags, out->at, _("the text is empty"));
		return false;
	}
	for (int lang = 0; b->lint && lang < LANGS; lang++)
		if (!out->in[lang])
			diag_warning(b->diags, out->at,
				_("no text in '%s'; learners will see the other language"),
				lang_code[lang]);
	return true;
}

/* ---- lists and mappings ---- */

static bool bind_element(struct binder *b, const struct field *f, const struct node *n, void *out)
{
	return f->shape ? shape_bind(b, f->shape, n, out) : bind_value(b, f->of, n, out);
}

static bool bind_list(
	struct binder *b, const struct field *f, const struct node *n, struct list_member *out)
{
	const struct node *item;
	char *items;
	bool ok = true;

	if (n->kind != NODE_LIST && f->kind == FIELD_LIST_OR_ONE) {
		out->items = arena_calloc(b->arena, f->size);
		out->len = bind_element(b, f, n, out->items);
		return out->len == 1;
	}
	if (n->kind != NODE_LIST)
		return wrong_kind(b, n, _("a list"));
	if (!n->length && (f->flags & FIELD_NOT_EMPTY)) {
		diag_error(b->diags, tree_place(b->tree, n), _("the list '%s' is empty"), f->key);
		return false;
	}
	out->items = items = arena_calloc(b->arena, f->size * n->length);
	for (item = tree_first(b->tree, n); item; item = tree_next(b->tree, item)) {
		if (bind_element(b, f, item, items))
			out->len++;
		else
			ok = false;
		items = (char *)out->items + out->len * f->size;
		memset(items, 0, item->next ? f->size : 0);
	}
	return ok;
}

static bool bind_pairs(
	struct binder *b, const struct field *f, const struct node *n, struct list_member *out)
{
	const struct node *key, *value;
	char *items;
	bool ok = true;

	if (n->kind != NODE_MAP)
		return wrong_kind(b, n, _("a mapping"));
	if (!n->length && (f->flags & FIELD_NOT_EMPTY)) {
		diag_error(
			b->diags, tree_place(b->tree, n), _("the mapping '%s' is empty"), f->key);
		return false;
	}
	out->items = items = arena_calloc(b->arena, f->size * n->length);
	for (key = tree_first(b->tree, n); key; key = tree_next(b->tree, value)) {
		value = tree_next(b->tree, key);
		ok = bind_value(b, &f->of[0], key, items) && ok;
		ok = bind_value(b, &f->of[1], value, items) && ok;
		items += f->size;
		out->len++;
	}
	return ok;
}

static bool bind_value(struct binder *b, const struct field *f, const struct node *n, char *base)
{
	void *member = base + f->offset;

	switch (f->kind) {
	case FIELD_ID:
		return bind_id(b, n, member);
	case FIELD_WORD:
		return bind_word(b, n, member);
	case FIELD_URL:
		return bind_url(b, n, member);
	case FIELD_TEXT:
		return bind_text(b, n, member);
	case FIELD_NUMBER:
		return bind_number(b, f, n, member);
	case FIELD_DATE:
		return bind_date(b, n, member);
	case FIELD_CHOICE:
		return bind_choice(b, f, n, member);
	case FIELD_ANY:
		*(const struct node **)member = n;
		return true;
	case FIELD_STRUCT: {
		struct list_member *one = member;

		one->items = arena_calloc(b->arena, f->shape->size);
		one->len = 1;
		return shape_bind(b, f->shape, n, one->items);
	}
	case FIELD_LIST:
	case FIELD_LIST_OR_ONE:
		return bind_list(b, f, n, member);
	case FIELD_PAIRS:
		return bind_pairs(b, f, n, member);
	}
	return false;
}

static void unknown_key(struct binder *b, const struct shape *shape, const struct node *key)
{
	const char *names[32], *near;
	int n = 0;

	for (const struct field *f = shape->fields; f->key && n < 31; f++)
		names[n++] = f->key;
	names[n] = NULL;
	near = diags_full(b->diags) ? NULL : nearest_name(tree_text(b->tree, key), names);
	if (near)
		diag_error(b->diags, tree_place(b->tree, key),
			_("unknown key '%.60s' in %s; did you mean '%s'?"), tree_text(b->tree, key),
			_(shape->name), near);
	else
		diag_error(b->diags, tree_place(b->tree, key), _("unknown key '%.60s' in %s"),
			tree_text(b->tree, key), _(shape->name));
}

/* Fields are listed in the order in which authors write them: the next key is mostly the next
 * field. */
static const struct field *field_named(
	const struct shape *shape, const char *key, const struct field *hint)
{
	if (hint->key && strcmp(hint->key, key) == 0)
		return hint;
	for (const struct field *f = shape->fields; f->key; f++)
		if (strcmp(f->key, key) == 0)
			return f;
	return NULL;
}

bool shape_bind(struct binder *b, const struct shape *shape, const struct node *node, void *out)
{
	const struct field *f, *hint = shape->fields;
	const struct node *key, *value;
	uint64_t seen = 0;
	bool ok = true;

	memset(out, 0, shape->size);
	*(struct place *)out = tree_place(b->tree, node);
	if (node->kind != NODE_MAP)
		return wrong_kind(b, node, _(shape->name));
	for (key = tree_first(b->tree, node); key; key = tree_next(b->tree, value)) {
		value = tree_next(b->tree, key);
		f = field_named(shape, tree_text(b->tree, key), hint);
		if (!f) {
			unknown_key(b, shape, key);
			ok = false;
			continue;
		}
		hint = f + 1;
		if (seen & 1ull << (f - shape->fields))
			ok = false; /* the doubled key was reported by the tree */
		seen |= 1ull << (f - shape->fields);
		ok = bind_value(b, f, value, out) && ok;
	}
	for (f = shape->fields; f->key; f++) {
		if (!(f->flags & FIELD_REQUIRED) || seen & 1ull << (f - shape->fields))
			continue;
		diag_error(b->diags, tree_place(b->tree, node), _("%s needs the key '%s'"),
			_(shape->name), f->key);
		ok = false;
	}
	return ok;
}

enum document document_of(struct binder *b)
{
	const struct node *root = tree_root(b->tree), *first = tree_first(b->tree, root);
	const char *names[DOCS + 1], *near;

	if (root->kind != NODE_MAP) {
		wrong_kind(b, root, _("a mapping"));
		return DOCS;
	}
	for (int d = 0; d < DOCS; d++) {
		if (tree_get(b->tree, root, document_key[d]))
			return (enum document)d;
		names[d] = document_key[d];
	}
	names[DOCS] = NULL;
	near = first ? nearest_name(tree_text(b->tree, first), names) : NULL;
	if (near)
		diag_error(b->diags, tree_place(b->tree, first),
			_("unknown key '%.60s'; did you mean '%s'?"), tree_text(b->tree, first),
			near);
	else
		diag_error(b->diags, tree_place(b->tree, root),
			_("not a note, bank, lab, world, exam, topics or facts file: none of these keys stands at the top"));
	return DOCS;
}
