/*
 * globals.h - who calls, where, and how the answer is to look: global options, environment, files.
 */
#ifndef CLI_GLOBALS_H
#define CLI_GLOBALS_H

#include "cli/internal.h"
#include "cli/words.h"

/* The global options, as a grammar; and what they are in the order of model_options. */
void globals_grammar(struct invocation *inv, struct words_grammar *g);

/* Before the line is read: how errors are told, as far as the environment says. */
void globals_begin(struct invocation *inv);
/* From the options (words_parse's), the environment and the files. False: told. */
bool globals_resolve(struct invocation *inv, const struct words_taken *options);
/* What a client of a service needs: the profile exists, a Region, an endpoint; false: told. */
bool globals_client(struct invocation *inv);
/* The endpoint of inv->service that is asked for; NULL: none is. */
const char *globals_endpoint(const struct invocation *inv);
/* Credentials, which are missed only when the request is signed. False: told. */
bool globals_credentials(struct invocation *inv);

void globals_release(struct invocation *inv);

#endif
