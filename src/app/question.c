/* question.c - see question.h. How it is kept as JSON is in question-json.c. */
#include "app/question.h"

#include "app/note.h"
#include "base/intl.h"
#include "base/text.h"
#include "study/random.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- picking ---- */

void asked_init(struct asked *a, const struct question *q)
{
	*a = (struct asked){.q = q};
	for (int i = 0; i < QUESTION_OPTIONS; i++)
		a->order[i] = (uint8_t)i;
}

void asked_shuffle(struct asked *a, uint64_t seed)
{
	struct random r = random_from(seed);

	for (size_t i = a->q->n_options; i > 1; i--) {
		size_t k = random_below(&r, i);
		uint8_t last = a->order[i - 1];

		a->order[i - 1] = a->order[k];
		a->order[k] = last;
	}
}

uint32_t question_key(const struct question *q)
{
	uint32_t key = 0;

	for (size_t i = 0; i < q->n_options && i < QUESTION_OPTIONS; i++)
		if (q->options[i].right.in[LANG_EN] || q->options[i].right.in[LANG_KO])
			key |= 1u << i;
	return key;
}

int question_rights(const struct question *q)
{
	return __builtin_popcount(question_key(q));
}

int asked_picks(const struct asked *a)
{
	return __builtin_popcount(a->picked);
}

bool asked_is_right(const struct asked *a)
{
	return a->picked == question_key(a->q);
}

bool asked_pick(struct asked *a, int digit)
{
	uint32_t bit;

	if (digit < 1 || digit > (int)a->q->n_options || digit > QUESTION_OPTIONS)
		return false;
	bit = 1u << a->order[digit - 1];
	a->picked = question_rights(a->q) > 1 ? a->picked ^ bit : bit;
	return true;
}

void options_write(uint32_t picked, struct buf *out)
{
	const char *comma = "";

	for (int i = 0; i < QUESTION_OPTIONS; i++) {
		if (!(picked >> i & 1))
			continue;
		buf_addf(out, "%s%d", comma, i + 1);
		comma = ",";
	}
}

bool options_read(const char *text, uint32_t *picked)
{
	uint32_t all = 0;
	int last = 0;

	for (const char *s = text; *s; s++) {
		int digit = *s - '0';

		if (digit <= last || digit > QUESTION_OPTIONS)
			return false;
		all |= 1u << (digit - 1);
		last = digit;
		if (s[1] == ',' && s[2])
			s++;
		else if (s[1])
			return false;
	}
	*picked = all;
	return true;
}

/* ---- how many to choose ---- */

/* Behind "choose" or "select": a number, in words or digits. */
static bool says_number_en(const char *s)
{
	static const char *const words[] = {"two", "three", "four", "five", "six", "seven"};

	s += strspn(s, " (");
	if (*s >= '2' && *s <= '7')
		return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strncasecmp(s, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static bool says_how_many_en(const char *text)
{
	for (const char *s = text; *s; s++)
		if ((strncasecmp(s, "choose", 6) == 0 || strncasecmp(s, "select", 6) == 0) &&
			says_number_en(s + 6))
			return true;
	return false;
}

/* A count ("두 개", "2개", "세 가지") and after it a word for choosing. */
static bool says_how_many_ko(const char *text)
{
	static const char *const counts[] = {"두 개", "세 개", "네 개", "다섯 개", "두 가지",
		"세 가지", "네 가지", "2개", "3개", "4개", "5개", "2가지", "3가지", "4가지"};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		const char *s = strstr(text, counts[i]);

		if (s && (strstr(s, "고르") || strstr(s, "고른") || strstr(s, "선택")))
			return true;
	}
	return false;
}

/* "(Choose two.)" under a multiple response question whose text leaves that out. */
static void render_how_many(const struct asked *a, const struct look *look, struct buf *out)
{
	int n = question_rights(a->q);
	const char *text = text_in(&a->q->ask, look->lang);

	if (n < 2 || says_how_many_en(text) || says_how_many_ko(text))
		return;
	if (n == 2) {
		paragraph_add(out, look, _("(Choose two.)"));
	} else if (n == 3) {
		paragraph_add(out, look, _("(Choose three.)"));
	} else {
		struct buf line = BUF_INIT;

		buf_addf(&line, _("(Choose %d.)"), n);
		paragraph_add(out, look, line.s);
		buf_release(&line);
	}
}

/* ---- options ---- */

/* Wrapped behind `first`, every line of it in the style (NULL: none). */
static void add_lines(struct buf *out, const struct look *look, const enum style *style,
	const char *text, const char *first, const char *rest)
{
	struct buf lines = BUF_INIT;

	text_wrap(&lines, text, look->columns, first, rest);
	for (char *s = lines.s, *nl; (nl = strchr(s, '\n')); s = nl + 1) {
		*nl = '\0';
		if (style)
			style_adds(out, look, *style, s);
		else
			buf_adds(out, s);
		buf_addc(out, '\n');
	}
	buf_release(&lines);
}

/* In one language, or one below the other. */
static void add_text(struct buf *out, const struct look *look, const enum style *style,
	const struct text *t, const char *first, const char *rest)
{
	enum lang other = look->lang == LANG_KO ? LANG_EN : LANG_KO;
	const char *shown = text_in(t, look->lang);

	add_lines(out, look, style, shown, first, rest);
	if (look->both && t->in[other] && strcmp(t->in[other], shown) != 0)
		add_lines(out, look, style, t->in[other], rest, rest);
}

/* What stands before a reason: the verdict in words, and whether it was the learner's. */
static const char *verdict(bool right, bool picked, bool several)
{
	if (right && picked)
		return _("Right, and yours: ");
	if (right)
		return several ? _("Right, not picked: ") : _("Right: ");
	return picked ? _("Wrong, and yours: ") : _("Wrong: ");
}

/* How an option is coloured, if at all; the marks and words say the same. */
static const enum style *option_style(const struct asked *a, bool right, bool picked)
{
	static const enum style good = STYLE_GOOD, bad = STYLE_BAD, strong = STYLE_STRONG;

	if (a->told && right)
		return &good;
	if (a->told && picked)
		return &bad;
	return picked ? &strong : NULL;
}

/* "> 2. ", when told "> + 2. " or "> x 2. "; in plain mode words stand for marks. */
static void option_marks(const struct asked *a, const struct look *look, int place, bool right,
	bool picked, struct buf *out)
{
	if (look->plain) {
		buf_addf(out, "%d. ", place + 1);
		if (picked && !a->told)
			buf_adds(out, _("(picked) "));
		return;
	}
	buf_adds(out, picked ? "> " : "  ");
	if (a->told)
		buf_adds(out, right ? "+ " : "x ");
	buf_addf(out, "%d. ", place + 1);
}

static void render_option(
	const struct asked *a, int place, const struct look *look, struct buf *out)
{
	static const enum style dim = STYLE_DIM;
	int index = a->order[place];
	const struct option *o = &a->q->options[index];
	bool right = question_key(a->q) >> index & 1, picked = a->picked >> index & 1;
	struct buf first = BUF_INIT, rest = BUF_INIT;

	option_marks(a, look, place, right, picked, &first);
	if (!look->plain)
		buf_addn(&rest, " ", (size_t)text_swidth(first.s));
	add_text(out, look, option_style(a, right, picked), right ? &o->right : &o->wrong, first.s,
		rest.s);
	if (a->told) {
		buf_clear(&first);
		buf_adds(&first, rest.s);
		buf_adds(&first, verdict(right, picked, question_rights(a->q) > 1));
		add_text(out, look, right || picked ? NULL : &dim, &o->why, first.s, rest.s);
	}
	buf_release(&first);
	buf_release(&rest);
}

void asked_render_options(const struct asked *a, const struct look *look, struct buf *out)
{
	int n = (int)a->q->n_options;

	for (int i = 0; i < n && i < QUESTION_OPTIONS; i++) {
		if (i && a->told)
			buf_addc(out, '\n');
		render_option(a, i, look, out);
	}
	if (a->told)
		sources_render(a->q->sources, a->q->n_sources, look, a->addresses, out);
}

void asked_render(const struct asked *a, const struct look *look, struct buf *out)
{
	text_add(out, look, &a->q->ask);
	render_how_many(a, look, out);
	buf_addc(out, '\n');
	asked_render_options(a, look, out);
}

void asked_picked_line(const struct asked *a, struct buf *out)
{
	struct buf digits = BUF_INIT;

	for (int i = 0; i < (int)a->q->n_options && i < QUESTION_OPTIONS; i++)
		if (a->picked >> a->order[i] & 1)
			buf_addf(&digits, "%s%d", digits.len ? ", " : "", i + 1);
	buf_addf(out, _("Picked: %s (%d to choose)"), digits.len ? digits.s : _("none"),
		question_rights(a->q));
	buf_release(&digits);
}
