/*
 * cli.h - the AWS CLI's command line (version 2.36.7): from words to a request, from an answer to
 * bytes.
 *
 * One invocation is a struct cli. It takes the words after `aws`, the environment and files that
 * the AWS CLI would read, and a function that carries out one operation (on a world here, on an
 * endpoint elsewhere); it fills `out`, `err` and the exit code. Nothing else is read or written, so
 * an invocation can be tested without a process. Files of cli/:
 *
 *   cli.c       the way of one invocation, top to bottom
 *   globals.c   global options, profile, Region, output: from options, environment, config
 *   words.c     argparse's grammar: prefixes, repeated options, stray words, missing values
 *   suggest.c   "Maybe you meant": difflib's close matches
 *   request.c   the options of an operation become its request
 *   value.c     one value: shorthand.c, jsontext.c (Python's JSON errors), paramfile.c (file://)
 *   special.c   EC2's own options (run-instances --count, --protocol, --bucket ...)
 *   check.c     botocore's validation; moment.c timestamps, pyvalue.c bytes and dates
 *   skeleton.c  --generate-cli-skeleton, --cli-input-json|yaml (yamltext.c)
 *   run.c       call, client-side paging, --query, --output; timestamps
 *   wait.c      waiters
 *   configure.c aws configure; ini.c the files
 *   help.c      help of every level; coverage.c aws coverage
 *   fail.c      errors: texts, shapes of --cli-error-format, exit codes
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/buf.h"
#include "model/model.h"
#include "output/writer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { /* exit codes of AWS CLI v2 */
	CLI_OK = 0,
	CLI_UNSET = 1, /* configure get of what is not set */
	CLI_INTERRUPTED = 130,
	CLI_USAGE = 252,
	CLI_CONFIGURATION = 253,
	CLI_SERVICE = 254,
	CLI_GENERAL = 255,
};

/* Who calls and where, as far as options, environment and files tell. */
struct cli_identity {
	const char *profile;      /* "default" */
	const char *region;       /* NULL: none configured */
	const char *key, *secret; /* NULL: none */
	const char *token;        /* of a session; NULL */
	const char *endpoint;     /* --endpoint-url, AWS_ENDPOINT_URL; NULL: the world here */
	const char *ca_bundle;    /* of an endpoint: --ca-bundle, AWS_CA_BUNDLE; NULL */
	bool insecure, anonymous; /* --no-verify-ssl, --no-sign-request */
	int connect_timeout, read_timeout; /* seconds; 0: for ever */
	int attempts;                      /* in all: 3 unless configured */
};

/* How one operation ended. */
struct cli_reply {
	json_t *value;     /* owned; NULL: a fault or no connection */
	char *code, *text; /* of the fault; owned */
	json_t *more;      /* owned; what the fault has besides; NULL */
	int status;        /* HTTP; 0: not known */
	int retries;       /* that were made before */
	bool gave_up;      /* there was no attempt left, so the CLI says how many there were */
	char *failure;     /* no answer came: the CLI's sentence (exit 255); owned */
};

/* Sends a request. The world's clock moves a little with each. */
typedef void cli_call_fn(void *ctx, const struct cli_identity *who,
	const struct model_operation *op, json_t *request, struct cli_reply *reply);
/* Lets time pass, for waiters between polls. */
typedef void cli_sleep_fn(void *ctx, int64_t milliseconds);
/* An environment variable; NULL: not set. */
typedef const char *cli_env_fn(void *ctx, const char *name);

struct cli {
	/* given */
	size_t n_words;
	const char *const *words; /* after `aws` */
	void *ctx;                /* of the functions */
	cli_call_fn *call;
	cli_sleep_fn *sleep;
	cli_env_fn *env;
	const char *config_file, *credentials_file; /* unless AWS_CONFIG_FILE, ... say otherwise */
	const char *folder;   /* of relative file:// names; NULL: the process's */
	const char *language; /* "en", "ko": of help, and of nothing else */
	bool out_is_terminal, in_is_terminal;
	int columns; /* of the terminal; 0: unknown */
	/* `aws configure` asks through this: prompt, answer owned by the caller; NULL: end of input
	 */
	char *(*ask)(void *ctx, const char *prompt);

	/* answered */
	struct buf out, err;
	int code;
	bool page;   /* `out` would go through the pager, were it a terminal's */
	char *pager; /* command line of the pager: AWS_PAGER, cli_pager, PAGER; owned; NULL or "":
			none */
};

void cli_release(struct cli *c);

/* Runs the command line. */
void cli_run(struct cli *c);

/* Whether the line is about a service for which an endpoint is set. It runs nothing. */
bool cli_goes_elsewhere(const struct cli *c);

/* --- for completion ------------------------------------------------------------------------- */

enum cli_want {
	CLI_WANT_NOTHING,
	CLI_WANT_WORD,  /* one of `words`: a service, an operation, an option, a choice */
	CLI_WANT_ID,    /* an id of a resource: `option` says of which kind */
	CLI_WANT_FILE,  /* after file:// or fileb:// */
	CLI_WANT_VALUE, /* anything */
};

/* What could stand at the end of a line: for the last of the words, which may be "". */
struct cli_completion {
	enum cli_want want;
	const char *
		*words; /* sorted as the CLI's model has them; strings are constant; array owned */
	size_t n;
	const char *option;                /* the option whose value it is, without dashes; NULL */
	const struct model_operation *op;  /* NULL: not reached yet */
	const struct model_member *member; /* of the option; NULL */
	const struct model_member **missing; /* required options not on the line yet; array owned */
	size_t n_missing;
};
void cli_complete(size_t n, const char *const *words, struct cli_completion *out);
void cli_completion_release(struct cli_completion *c);

#endif
