/*
 * skeleton.h - whole requests as text: --generate-cli-skeleton writes one, --cli-input-json and
 * --cli-input-yaml read one.
 */
#ifndef CLI_SKELETON_H
#define CLI_SKELETON_H

#include "cli/internal.h"
#include "cli/words.h"

/*
 * Adds the members of a given document to inv->request, where the options have not said otherwise.
 * What was not given is NULL. False: told.
 */
bool skeleton_merge_input(
	struct invocation *inv, const struct words_taken *json, const struct words_taken *yaml);

void skeleton_print_json(struct invocation *inv); /* of the input, to c->out */
void skeleton_print_yaml(struct invocation *inv);
/* An answer of the operation in which every text is its member's name: new reference. */
json_t *skeleton_answer(const struct model_operation *op);

#endif
