/*
 * page.h - the pages of a listing, asked for one after the other as botocore's paginator does.
 *
 * --max-items cuts the last page; where to go on is then a token of the CLI's own: base64 of the
 * service's token and of how many items of its page were shown already.
 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "cli/internal.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct cli_pages {
	struct invocation *inv;
	json_t *request; /* of the next call */
	const char *token_name, *answer_token_name, *result;
	json_t *token;      /* {token_name: text or null}: that led to the next page */
	json_t *last_token; /* the one before; NULL */
	json_t *page; /* given last: what follows from it is seen when the next is asked for */
	int64_t max_items, items; /* items: shown so far */
	int64_t skip;             /* items of the first page that were shown earlier */
	bool limited;             /* by max_items */
	bool first, done, failed;
	char *resume; /* token to go on with; NULL: that was all */
};

/* False: the failure is told. Release in any case. */
bool pages_begin(struct cli_pages *p, struct invocation *inv);
/* The next page: new reference. NULL: no more, or `failed`, and the failure is told. */
json_t *pages_next(struct cli_pages *p);
void pages_release(struct cli_pages *p);

#endif
