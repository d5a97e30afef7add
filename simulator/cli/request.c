/* request.c - from the words of an operation to its request: see request.h. */
#include "cli/request.h"

#include "cli/paramfile.h"
#include "cli/skeleton.h"
#include "cli/special.h"
#include "cli/value.h"

#include <string.h>

/* --- the table of arguments ----------------------------------------------------------------- */

static bool is_ec2(const struct model_operation *op)
{
	return strcmp(model_text(model_services[op->service].name), "ec2") == 0;
}

/* {Value: boolean} */
static bool holds_boolean(const struct model_shape *s)
{
	return s->kind == MODEL_STRUCTURE && s->members.n == 1 &&
	       strcmp(model_text(model_member_at(s, 0)->name), "Value") == 0 &&
	       model_member_shape(model_member_at(s, 0))->kind == MODEL_BOOLEAN;
}

struct table {
	struct invocation *inv;
	struct argument *list;
	size_t n;
};

static void add(struct table *t, struct argument a)
{
	t->list[t->n++] = a;
}

static const char *negative(struct table *t, const struct model_member *m)
{
	const char *name = model_text(m->cli), *no = model_text(m->cli_no);
	char *made;

	if (*no)
		return no;
	made = arena_alloc(&t->inv->arena, strlen(name) + 4);
	snprintf(made, strlen(name) + 4, "no-%s", name);
	return made;
}

/* Whether --no-x is called otherwise: the CLI renames it after it has made the table. */
static bool is_renamed(const struct argument *a)
{
	return a->kind == ARGUMENT_NO && strncmp(a->name, "no-", 3) != 0;
}

static void add_member(struct table *t, const struct model_member *m, bool own)
{
	const struct model_shape *s = model_member_shape(m);
	struct argument a = {.name = model_text(m->cli), .member = m, .required = m->required};

	if (own && special_hides(t->inv->op, m))
		return;
	if (own && special_waives(t->inv->op, m))
		a.required = false;
	a.kind = ARGUMENT_MEMBER;
	a.arity = s->kind == MODEL_LIST ? WORDS_MANY : WORDS_ONE;
	if (own && is_ec2(t->inv->op) && holds_boolean(s)) {
		a.kind = ARGUMENT_VALUE_YES;
		a.arity = WORDS_MAYBE;
		a.required = false;
	}
	if (s->kind == MODEL_BOOLEAN) {
		a.kind = ARGUMENT_YES;
		a.arity = WORDS_FLAG;
		a.required = false;
	}
	add(t, a);
	if (s->kind != MODEL_BOOLEAN)
		return;
	a.kind = ARGUMENT_NO;
	a.name = negative(t, m);
	add(t, a);
}

/* What the CLI adds to its table later: other names for --no-x, --no-x of structures. */
static void add_late(struct table *t)
{
	size_t n = t->n, k = 0;
	struct argument late[2];
	size_t n_late = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_renamed(&t->list[i]) && n_late < ARRAY_LEN(late))
			late[n_late++] = t->list[i];
		else
			t->list[k++] = t->list[i];
	}
	t->n = k;
	for (size_t i = 0; i < n_late; i++)
		add(t, late[i]);
	for (size_t i = 0; i < k; i++) {
		struct argument a = t->list[i];

		if (a.kind != ARGUMENT_VALUE_YES)
			continue;
		a.kind = ARGUMENT_VALUE_NO;
		a.arity = WORDS_FLAG;
		a.name = negative(t, a.member);
		add(t, a);
	}
}

static bool counts_in_integers(const struct model_page *page)
{
	enum model_kind kind;

	if (page->limit == MODEL_NONE)
		return true;
	kind = (enum model_kind)model_member_shape(&model_members[page->limit])->kind;
	return kind == MODEL_INTEGER || kind == MODEL_LONG;
}

static void add_paging(struct table *t)
{
	const struct model_page *page;
	bool integer;

	if (t->inv->op->page == MODEL_NONE)
		return;
	page = &model_pages[t->inv->op->page];
	integer = counts_in_integers(page);
	add(t, (struct argument){.name = "starting-token",
		       .kind = ARGUMENT_STARTING_TOKEN,
		       .arity = WORDS_ONE});
	if (page->limit != MODEL_NONE)
		add(t, (struct argument){.name = "page-size",
			       .kind = ARGUMENT_PAGE_SIZE,
			       .arity = WORDS_ONE,
			       .integer = integer});
	add(t, (struct argument){.name = "max-items",
		       .kind = ARGUMENT_MAX_ITEMS,
		       .arity = WORDS_ONE,
		       .integer = integer});
}

size_t request_arguments(struct invocation *inv, const struct argument **arguments)
{
	const struct model_shape *s = model_shape(inv->op->input);
	struct table t = {.inv = inv};

	t.list = arena_alloc(
		&inv->arena, (2 * (size_t)s->members.n + SPECIAL_MAX + 8) * sizeof *t.list);
	for (size_t i = 0; i < s->members.n; i++)
		add_member(&t, model_member_at(s, i), !inv->waiter);
	add_late(&t);
	if (!inv->waiter)
		t.n += special_arguments(inv->op, t.list + t.n);
	add(&t, (struct argument){
			.name = "cli-input-json", .kind = ARGUMENT_INPUT_JSON, .arity = WORDS_ONE});
	add(&t, (struct argument){
			.name = "cli-input-yaml", .kind = ARGUMENT_INPUT_YAML, .arity = WORDS_ONE});
	add_paging(&t);
	add(&t, (struct argument){.name = "generate-cli-skeleton",
			.kind = ARGUMENT_SKELETON,
			.arity = WORDS_MAYBE});
	*arguments = t.list;
	return t.n;
}

const struct words_taken *request_given(const struct line *line, const char *name)
{
	for (size_t i = 0; i < line->n; i++) {
		if (strcmp(line->arguments[i].name, name) == 0)
			return line->taken[i].order ? &line->taken[i] : NULL;
	}
	return NULL;
}

/* --- the line ------------------------------------------------------------------------------- */

static bool has_word(size_t n, const char *const *words, const char *word)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

/*
 * A request given as a whole, or a skeleton asked for, asks nothing of the other options; but only
 * the word itself does that, not its prefix or --x=value, as the CLI looks at the bare line.
 */
static bool waives_required(size_t n, const char *const *words)
{
	static const char skeleton[] = "--generate-cli-skeleton";

	if (has_word(n, words, "--cli-input-json") || has_word(n, words, "--cli-input-yaml"))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], skeleton) == 0)
			return i + 1 == n || strcmp(words[i + 1], "output") != 0;
	}
	return false;
}

static const char *const skeletons[] = {"input", "output", "yaml-input"};

static struct words_option option_of(const struct argument *a, bool waived)
{
	struct words_option o = {.name = a->name, .arity = a->arity, .integer = a->integer};

	o.required = a->required && !waived;
	if (a->kind == ARGUMENT_SKELETON)
		o.choices = (struct names){skeletons, ARRAY_LEN(skeletons)};
	return o;
}

/* Takes the words apart; REQUEST_READY: go on. */
static enum request_end parse(
	struct invocation *inv, size_t n, const char *const *words, struct line *line)
{
	static const struct words_positional help = {.name = "help", .optional = true};
	bool waived = waives_required(n, words);
	struct words_grammar g = {.positionals = &help, .n_positionals = 1};
	struct words_result result;
	struct buf problem = BUF_INIT;
	struct words_option *options;

	if (n == 1 && strcmp(words[0], "help") == 0)
		return REQUEST_HELP;
	line->n = request_arguments(inv, &line->arguments);
	options = arena_alloc(&inv->arena, line->n * sizeof *options);
	for (size_t i = 0; i < line->n; i++)
		options[i] = option_of(&line->arguments[i], waived);
	g.options = options;
	g.n_options = line->n;
	if (!words_parse(&inv->arena, &g, n, words, &result, &problem)) {
		fail_usage(inv, "%s", problem.s);
		buf_release(&problem);
		return REQUEST_FAILED;
	}
	line->taken = result.options;
	if (result.positionals[0] && strcmp(result.positionals[0], "help") == 0)
		return REQUEST_HELP;
	if (result.positionals[0] && *result.positionals[0])
		result.rest[result.n_rest++] = result.positionals[0];
	if (result.n_rest == 0)
		return REQUEST_READY;
	fail_unknown(inv, result.n_rest, result.rest);
	return REQUEST_FAILED;
}

/* --- checks of the line --------------------------------------------------------------------- */

static bool is_paging(const struct argument *a)
{
	return a->kind == ARGUMENT_STARTING_TOKEN || a->kind == ARGUMENT_PAGE_SIZE ||
	       a->kind == ARGUMENT_MAX_ITEMS;
}

/* Python's truth of a value that was given: 0 and "" are not there. */
static bool is_true(const struct argument *a, const struct words_taken *t)
{
	int64_t number = 1;

	if (!t->order || !*t->values[0])
		return false;
	if (a->integer)
		words_int(t->values[0], strlen(t->values[0]), &number);
	return number != 0;
}

/* The API's own token or limit ends the CLI's paging; then --max-items and so on have no sense. */
static bool check_paging(struct invocation *inv, const struct line *line)
{
	static const enum argument_kind order[] = {
		ARGUMENT_STARTING_TOKEN, ARGUMENT_PAGE_SIZE, ARGUMENT_MAX_ITEMS};
	struct buf used = BUF_INIT;
	bool ok;

	if (inv->op->page == MODEL_NONE)
		return true;
	for (size_t i = 0; i < line->n; i++) {
		const struct model_page *page = &model_pages[inv->op->page];
		const struct model_member *m = line->arguments[i].member;

		if (m && line->taken[i].order &&
			(m == &model_members[page->token_in] ||
				(page->limit != MODEL_NONE && m == &model_members[page->limit])))
			inv->g.paginate = false;
	}
	for (size_t k = 0; !inv->g.paginate && k < ARRAY_LEN(order); k++) {
		for (size_t i = 0; i < line->n; i++) {
			const struct argument *a = &line->arguments[i];

			if (a->kind == order[k] && is_true(a, &line->taken[i]))
				buf_addf(&used, "%s--%s", used.len ? ", " : "", a->name);
		}
	}
	ok = used.len == 0 ||
	     fail_param(inv, "Cannot specify --no-paginate along with pagination arguments: %s",
		     used.s);
	buf_release(&used);
	return ok;
}

static bool check_pairs(struct invocation *inv, const struct line *line)
{
	for (size_t i = 0; i < line->n; i++) {
		const struct argument *a = &line->arguments[i];

		if (a->kind != ARGUMENT_VALUE_YES || !line->taken[i].order)
			continue;
		for (size_t k = i + 1; k < line->n; k++) {
			const struct argument *b = &line->arguments[k];

			if (b->kind == ARGUMENT_VALUE_NO && b->member == a->member &&
				line->taken[k].order)
				return fail_param(inv,
					"Cannot specify both the \"--%s\" option and the \"--%s\" "
					"option.",
					a->name, b->name);
		}
	}
	return true;
}

/* --- values --------------------------------------------------------------------------------- */

/* What was typed, or the content of the file that it names. False: told. */
static bool read_raw(struct invocation *inv, const struct argument *a, const struct words_taken *t,
	struct raw *raw)
{
	struct buf data = BUF_INIT;
	enum paramfile kind = PARAMFILE_NONE;
	char dashed[128];

	*raw = (struct raw){.kind = RAW_NONE, .taken = t};
	if (!t->order)
		return true;
	raw->kind = a->arity == WORDS_MANY ? RAW_LIST : t->n ? RAW_TEXT : RAW_ALONE;
	if (t->n != 1)
		return true;
	raw->s = t->values[0];
	raw->len = strlen(raw->s);
	kind = paramfile_read(inv->c, raw->s, &data);
	if (kind == PARAMFILE_FAILED) {
		snprintf(dashed, sizeof dashed, "--%s", a->name);
		fail_value(inv, dashed, "%s", data.s);
	} else if (kind != PARAMFILE_NONE) {
		raw->kind = kind == PARAMFILE_TEXT ? RAW_TEXT : RAW_BYTES;
		raw->s = memcpy(arena_alloc(&inv->arena, data.len + 1), data.s, data.len + 1);
		raw->len = data.len;
	}
	buf_release(&data);
	return kind != PARAMFILE_FAILED;
}

static void set(struct invocation *inv, const struct argument *a, json_t *v)
{
	json_object_set_new_nocheck(inv->request, model_text(a->member->name), v);
}

static bool add_value(struct invocation *inv, const struct argument *a, const struct raw *raw)
{
	json_t *v = value_read(inv, a, raw);

	if (v)
		set(inv, a, v);
	return v != NULL;
}

/* Of --x and --no-x the later one counts; the first of the two in the table speaks for both. */
static void add_flag(struct invocation *inv, const struct line *line, size_t i)
{
	const struct argument *a = &line->arguments[i];
	size_t no = 0;

	for (size_t k = 0; k < line->n; k++) {
		if (line->arguments[k].kind == ARGUMENT_NO &&
			line->arguments[k].member == a->member)
			no = line->taken[k].order;
	}
	if (no || line->taken[i].order)
		set(inv, a, json_boolean(line->taken[i].order > no));
}

static void add_paging_value(
	struct invocation *inv, const struct argument *a, const struct raw *raw)
{
	struct cli_paging *p = &inv->paging;
	int64_t number = 0;

	words_int(raw->s, raw->len, &number);
	if (a->kind == ARGUMENT_STARTING_TOKEN) {
		p->starting_token = raw->s;
	} else if (a->kind == ARGUMENT_PAGE_SIZE) {
		p->has_page_size = true;
		p->page_size = number;
	} else {
		p->has_max_items = true;
		p->max_items = number;
	}
	/* stays if paging is off after all: then it is an unknown parameter */
	if (!json_object_get(inv->request, "PaginationConfig"))
		json_object_set_new_nocheck(inv->request, "PaginationConfig", json_object());
}

static bool add_argument(struct invocation *inv, const struct line *line, size_t i)
{
	const struct argument *a = &line->arguments[i];
	struct raw raw;

	if (a->kind == ARGUMENT_NO)
		return true;
	if (a->kind == ARGUMENT_YES) {
		add_flag(inv, line, i);
		return true;
	}
	if (!read_raw(inv, a, &line->taken[i], &raw))
		return false;
	if (raw.kind == RAW_NONE)
		return true;
	if (a->kind == ARGUMENT_MEMBER)
		return add_value(inv, a, &raw);
	if (a->kind == ARGUMENT_SPECIAL)
		return special_add(inv, a, &raw);
	if (a->kind == ARGUMENT_VALUE_NO ||
		(a->kind == ARGUMENT_VALUE_YES && raw.kind == RAW_ALONE))
		set(inv, a, json_pack("{s:b}", "Value", a->kind == ARGUMENT_VALUE_YES));
	else if (a->kind == ARGUMENT_VALUE_YES)
		return add_value(inv, a, &raw);
	else if (is_paging(a))
		add_paging_value(inv, a, &raw);
	return true;
}

/* The member of the page's table under that key in the request. */
static bool has_member(const struct invocation *inv, uint16_t member)
{
	return member != MODEL_NONE &&
	       json_object_get(inv->request, model_text(model_members[member].name));
}

static enum request_end collect(struct invocation *inv, const struct line *line)
{
	const struct words_taken *skeleton = request_given(line, "generate-cli-skeleton");

	inv->request = json_object();
	inv->ordered = json_object();
	for (size_t i = 0; i < line->n; i++) {
		if (!add_argument(inv, line, i))
			return REQUEST_FAILED;
	}
	if (!skeleton_merge_input(inv, request_given(line, "cli-input-json"),
		    request_given(line, "cli-input-yaml")))
		return REQUEST_FAILED;
	if (inv->op->page != MODEL_NONE &&
		(has_member(inv, model_pages[inv->op->page].token_in) ||
			has_member(inv, model_pages[inv->op->page].limit)))
		inv->g.paginate = false;
	if (inv->op->page != MODEL_NONE && inv->g.paginate && !inv->waiter)
		json_object_del(inv->request, "PaginationConfig");
	if (!skeleton)
		return REQUEST_READY;
	if (skeleton->n == 0 || strcmp(skeleton->values[0], "input") == 0)
		return REQUEST_SKELETON_INPUT;
	return strcmp(skeleton->values[0], "output") == 0 ? REQUEST_SKELETON_OUTPUT
							  : REQUEST_SKELETON_YAML;
}

enum request_end request_read(struct invocation *inv, size_t n, const char *const *words)
{
	struct line line = {0};
	enum request_end end = parse(inv, n, words, &line);

	if (end != REQUEST_READY)
		return end;
	if (!check_paging(inv, &line) || (!inv->waiter && !check_pairs(inv, &line)) ||
		(!inv->waiter && !special_check(inv, &line)))
		return REQUEST_FAILED;
	return collect(inv, &line);
}
