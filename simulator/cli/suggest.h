/*
 * suggest.h - names like a mistyped one, as Python's difflib.get_close_matches() finds them.
 */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

struct names {
	const char *const *v;
	size_t n;
};

bool names_have(const struct names *names, const char *word);

/*
 * At most `max` names whose ratio to the word is `cutoff` or more, the best first; of equal ones
 * the greater name first. Answers how many.
 */
size_t suggest(
	const struct names *names, const char *word, double cutoff, size_t max, const char **found);

#endif
