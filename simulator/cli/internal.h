/*
 * internal.h - one invocation on its way through cli/: what the front half (words to request) hands
 * to the back half (request to bytes).
 *
 * cli_run() fills a struct invocation top to bottom and calls exactly one of the cli_... functions
 * at the end of this file. Each of them appends to c->out and c->err, sets c->code through fail.h
 * (it is CLI_OK before), and answers whether all went well. Texts belong to the arena, or to
 * what they were read from; all of it lives until cli_run() returns.
 */
#ifndef CLI_INTERNAL_H
#define CLI_INTERNAL_H

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/fail.h"
#include "cli/ini.h"
#include "query/jmespath.h"

enum cli_color { CLI_COLOR_AUTO, CLI_COLOR_ON, CLI_COLOR_OFF };

/* What globals.c makes of the global options, the environment and the configuration. */
struct cli_globals {
	const char *profile; /* --profile, AWS_PROFILE, AWS_DEFAULT_PROFILE; NULL: none of them */
	/* As the user calls it: output_format_parse() may refuse it, and when it is time to print
	 * that is fail_general(inv, "Unknown output type: %s"). */
	const char *output;
	const char *query_text; /* --query as typed; NULL */
	struct jmes *query;     /* compiled; NULL: no --query. Owned by the invocation */
	enum cli_color color;
	bool paginate; /* no --no-paginate, and no token or limit of the API's own given */
	bool debug, sign, pager_off;
	bool raw_blobs;                             /* --cli-binary-format raw-in-base64-out */
	bool wire_timestamps;                       /* cli_timestamp_format = wire */
	const char *region_option;                  /* --region, for `configure list` */
	const char *config_file, *credentials_file; /* NULL: none known; may not exist */
	struct cli_ini *config, *credentials;       /* read; never NULL after globals_resolve() */
	const char *key_source; /* "env", "shared-credentials-file", "config-file"; NULL: no key */
};

/* --max-items and the like, of an operation with pages. */
struct cli_paging {
	const char *starting_token; /* NULL */
	bool has_page_size, has_max_items;
	int64_t page_size, max_items;
};

struct invocation {
	struct cli *c;
	struct arena arena;
	enum cli_error_format error_format;
	struct cli_globals g;
	struct cli_identity who;
	const char *command;    /* word after aws: "ec2", "configure", "coverage"; NULL: none */
	const char *subcommand; /* "describe-images", "wait", "set"; NULL: none */
	const struct model_service *service; /* NULL unless simulated */
	const struct model_operation *op;    /* for `wait X` the operation that X polls */
	const struct model_waiter *waiter;   /* of `wait X`, else NULL */
	json_t *request;                     /* owned; members in the order they were collected */
	json_t *ordered; /* owned; {member: true}: of JSON on the line, so Python has an OrderedDict
			  */
	struct cli_paging paging;
	const char *launch_key;  /* get-password-data --priv-launch-key; NULL */
	size_t n_args;           /* configure's positional arguments and flags */
	const char *const *args; /* (set: varname, value; get: varname), coverage's --json */
};

/* --- front half, for either ----------------------------------------------------------------- */

/* A value of the profile in the config file, of `default` when none is chosen; NULL: not set. */
const char *globals_config(const struct invocation *inv, const char *key);
/* The sub-commands of `configure`, in the CLI's order; NULL ends. */
extern const char *const cli_configure_words[];

/* --- back half ------------------------------------------------------------------------------ */

bool cli_perform(struct invocation *inv); /* call, pages, --query, --output */
/* An answer (borrowed) that came from nowhere, unpaged, through --query and --output. */
bool cli_show(struct invocation *inv, json_t *value);
bool cli_wait(struct invocation *inv);      /* inv->waiter */
bool cli_configure(struct invocation *inv); /* inv->subcommand, inv->args; NULL: interactive */
/*
 * `aws help` (command NULL), `aws ec2 help` (service), `aws ec2 x help` (op), `aws ec2 wait help`
 * (subcommand "wait", waiter NULL), `aws ec2 wait x help` (waiter), `aws configure help`
 * (command "configure"), `aws configure set help` (subcommand "set"), `aws coverage help`.
 */
bool cli_help(struct invocation *inv);
bool cli_coverage(struct invocation *inv);
void cli_version(struct cli *c);

#endif
