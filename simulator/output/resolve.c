/* resolve.c - see resolve.h: the resolver's expressions as small matchers. */
#include "output/resolve.h"

#include "base/mem.h"

#include <string.h>

#define DIGIT  "0123456789"
#define DIGIT_ DIGIT "_"

/* What is left of the text; a matcher that answers true has moved `s` behind what it took. */
struct rest {
	const char *s, *end;
};

static bool at_end(const struct rest *r)
{
	return r->s == r->end;
}

static bool one(struct rest *r, const char *set)
{
	if (at_end(r) || !*r->s || !strchr(set, *r->s))
		return false;
	r->s++;
	return true;
}

static size_t many(struct rest *r, const char *set)
{
	size_t n = 0;

	while (one(r, set))
		n++;
	return n;
}

/* At least `least` and at most `most` digits. */
static bool digits(struct rest *r, int least, int most)
{
	int n = 0;

	while (n < most && one(r, DIGIT))
		n++;
	return n >= least;
}

static bool is_word(const char *s, size_t n)
{
	static const char *const words[] = {
		"true",
		"True",
		"TRUE",
		"false",
		"False",
		"FALSE",
		"null",
		"Null",
		"NULL",
		"~",
		"",
		"=",
		"<<",
		".inf",
		".Inf",
		".INF",
		"+.inf",
		"+.Inf",
		"+.INF",
		"-.inf",
		"-.Inf",
		"-.INF",
		".nan",
		".NaN",
		".NAN",
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0)
			return true;
	}
	return false;
}

static bool is_int(struct rest r)
{
	static const struct {
		const char *prefix, *digits;
	} bases[] = {
		{"", DIGIT_},
		{"0b", "01_"},
		{"0o", "01234567_"},
		{"0x", DIGIT_ "abcdefABCDEF"},
	};

	if (!at_end(&r) && *r.s == '_')
		return false; /* though "+_" is a number */
	one(&r, "+-");
	for (size_t i = 0; i < ARRAY_LEN(bases); i++) {
		struct rest d = r;
		size_t n = strlen(bases[i].prefix);

		if ((size_t)(d.end - d.s) < n || memcmp(d.s, bases[i].prefix, n) != 0)
			continue;
		d.s += n;
		if (many(&d, bases[i].digits) && at_end(&d))
			return true;
	}
	return false;
}

static bool is_exponent(struct rest r, bool signed_only)
{
	return one(&r, "eE") && (one(&r, "+-") || !signed_only) && many(&r, DIGIT) && at_end(&r);
}

/* 1. 1.5 1_0.5e3 1e3 .5 .5e+3 */
static bool is_float(struct rest r)
{
	one(&r, "+-");
	if (one(&r, "."))
		return many(&r, DIGIT_) && (at_end(&r) || is_exponent(r, true));
	if (!one(&r, DIGIT))
		return false;
	many(&r, DIGIT_);
	if (!one(&r, "."))
		return is_exponent(r, false);
	many(&r, DIGIT_);
	return at_end(&r) || is_exponent(r, false);
}

/* Z, +9, -09:30, blanks before it; or nothing. */
static bool is_zone(struct rest r)
{
	struct rest behind = r;

	many(&behind, " \t");
	if (at_end(&r))
		return true;
	if (one(&behind, "Z"))
		return at_end(&behind);
	if (!one(&behind, "+-") || !digits(&behind, 1, 2))
		return false;
	return at_end(&behind) || (one(&behind, ":") && digits(&behind, 2, 2) && at_end(&behind));
}

static bool is_time(struct rest r)
{
	if (!one(&r, "Tt") && !many(&r, " \t"))
		return false;
	if (!digits(&r, 1, 2) || !one(&r, ":") || !digits(&r, 2, 2) || !one(&r, ":") ||
		!digits(&r, 2, 2))
		return false;
	if (one(&r, "."))
		many(&r, DIGIT);
	return is_zone(r);
}

/* 2024-01-01, or with a time of day; then the month and the day may have one digit. */
static bool is_timestamp(struct rest r)
{
	struct rest day = r;

	if (digits(&day, 4, 4) && one(&day, "-") && digits(&day, 2, 2) && one(&day, "-") &&
		digits(&day, 2, 2) && at_end(&day))
		return true;
	return digits(&r, 4, 4) && one(&r, "-") && digits(&r, 1, 2) && one(&r, "-") &&
	       digits(&r, 1, 2) && is_time(r);
}

bool resolve_is_text(const char *s, size_t n)
{
	struct rest r = {s, s + n};

	return !is_word(s, n) && !is_int(r) && !is_float(r) && !is_timestamp(r);
}
