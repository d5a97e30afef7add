/*
 * sim.h - what the application sees of the simulator; it includes nothing else of it.
 *
 * A struct sim is one world and the AWS CLI on top of it. It does no input or output of its own:
 * the application gives it words and keeps what it gives back. All behaviour comes from the seed,
 * the start time and the commands.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a command line printed and how it ended, byte for byte as AWS CLI v2 would. */
struct sim_answer {
	struct buf out, err;
	int code;    /* 0; 252: the command line is wrong; 253-255: it failed on the way */
	bool page;   /* on a terminal, `out` goes through the pager */
	char *pager; /* command line of the pager; NULL or "": none */
};

void sim_answer_init(struct sim_answer *a);
void sim_answer_release(struct sim_answer *a);

/* --- --query alone ------------------------------------------------------------------------- */

struct sim_query {
	const char *expression; /* JMESPath */
	const char *json;       /* the document */
	size_t length;          /* of it, in bytes */
	const char *name;       /* of it, for errors */
	const char *format;     /* "json", "text", "table", "yaml", "yaml-stream"; NULL: json */
	int columns;            /* of the terminal, for tables; 0: unknown */
};

/* Evaluates the expression over the document. A document that is no JSON is our own error, code 1,
 * in the UI language, with line and column. */
void sim_query(const struct sim_query *q, struct sim_answer *a);

/* --- a world ------------------------------------------------------------------------------- */

struct sim;

struct sim_options {
	uint64_t seed;
	int64_t start_ms;   /* UTC, milliseconds since the epoch */
	bool instant;       /* transitions have happened when a command returns */
	size_t steps;       /* that undo may take back; 0: as many as a world remembers */
	const char *images; /* JSON of public images beyond the shipped ones; NULL */
};

struct sim *sim_new(const struct sim_options *o);
void sim_free(struct sim *s); /* NULL is fine */

/* Profiles of a world that nobody has configured, as the files of the AWS CLI: to be written once,
 * when there are none. */
void sim_first_config(struct buf *config, struct buf *credentials);

/* The words after `aws`, and what the AWS CLI would look at besides. Functions get `ctx`. */
struct sim_command {
	const char *const *words;
	size_t n_words;
	const char *label; /* what was typed, for undo; NULL: the words */
	void *ctx;
	const char *(*env)(void *ctx, const char *name);
	/* `aws configure` asks: answer owned by the simulator (free); NULL: end of input, or nobody
	 * to ask */
	char *(*ask)(void *ctx, const char *prompt);
	const char *config_file, *credentials_file; /* NULL: none */
	const char *language;                       /* of help: "en", "ko" */
	bool in_is_terminal, out_is_terminal;
	int columns; /* 0: unknown */
};

void sim_aws(struct sim *s, const struct sim_command *command, struct sim_answer *a);

/* Whether the command goes to an endpoint elsewhere, and looks at no world. */
bool sim_goes_elsewhere(const struct sim_command *command);

/* --- seeing and taking back ------------------------------------------------------------------ */

/* The label of the command that was taken back (done again); NULL: there is none. */
const char *sim_undo(struct sim *s);
const char *sim_redo(struct sim *s);

/* What the latest changing command changed, and what time has changed since, a line each:
 * "+ ami-... web-v1 pending", "+ snap-... 8 GiB pending", "~ i-... web running -> stopped",
 * "~ i-... web rebooted", "- snap-...". Nothing if there is none. Answers its label, NULL if there
 * is none. `verbose` adds the changed members as sim_diff does. */
const char *sim_changes(const struct sim *s, bool verbose, struct buf *out);
/* The same as a diff of documents: below each line its members by their paths, "    ~ Tags[Name]:
 * web -> shop", "    + Size: 8", "    - KmsKeyId: arn:...". What is wider than `columns` (0: any)
 * gets a line a value, "      - web" and "      + shop", wrapped. */
const char *sim_diff(const struct sim *s, int columns, struct buf *out);
/* How many steps there ever were, without those that are undone: it rises with every command that
 * changed something. */
uint64_t sim_steps(const struct sim *s);
/* What has changed since there were so many steps, a line each as by sim_changes: from the first
 * command among them on, or all that time has changed. */
void sim_changed_since(const struct sim *s, uint64_t steps, struct buf *out);

int64_t sim_now(const struct sim *s); /* UTC, milliseconds */
/* Lets time pass, as a command that undo takes back by itself; label NULL: together with the
 * command before it. Answers how many resources changed on the way. */
size_t sim_advance(struct sim *s, int64_t milliseconds, const char *label);
/* When the next transition ends; false if nothing is under way. */
bool sim_next_event(const struct sim *s, int64_t *ms);

/* Nothing that was done so far can be undone any more. */
void sim_settle(struct sim *s);

/* --- seeing all of it --------------------------------------------------------------------------
 * Over all accounts and Regions; nothing is changed, and no time passes. */

/* What came from what: instance -> volumes -> snapshots -> images -> copies in other Regions and
 * accounts -> instances and launch templates. What has gone is there as long as something came from
 * it that is there, an image also as long as its snapshots are; public images, if something was
 * launched from them.
 *
 * A tree: "id name state GiB (gone) [account Region]", the place where it is not the parent's. "^
 * id": it stands above already, below another parent; "v id": its tree is drawn below, because
 * there is no room to the right. "<--" marks what was asked for. DOT for graphviz; SVG that needs
 * nothing else. */
enum sim_graph_form { SIM_GRAPH_TREE, SIM_GRAPH_DOT, SIM_GRAPH_SVG };

struct sim_graph {
	enum sim_graph_form form;
	const char *id; /* only this resource, what it came from and what came from it; NULL: all */
	int columns;    /* of a tree's lines, at most; 0: any */
	bool plain;     /* a tree of ASCII alone, for screen readers */
};

/* False: there is no resource with this id. Nothing is appended to `out` in an empty world. */
bool sim_graph(struct sim *s, const struct sim_graph *o, struct buf *out);

/* Something that is billed, over one span of time. Strings live until the callback returns. */
struct sim_usage {
	const char *account, *region, *kind, *id;
	const char *name; /* tag Name or its own; NULL */
	const char *item; /* what is billed: "snapshot", "volume-gp3", "instance-t3.micro": ids of
			     content/prices.yaml */
	double quantity;  /* GiB, or 1 of what is billed by the hour */
	int64_t from_ms, to_ms;
	bool now;             /* it goes on: `to_ms` is the present */
	const char *of_image; /* snapshots: the image that uses it, or used it; NULL: none known */
	bool orphan;          /* a snapshot whose image has gone */
};
typedef void sim_usage_fn(void *ctx, const struct sim_usage *u);
/* From the world's start to now, in the order of resources, then of time. What was deleted is in it
 * as far back as the steps that are loaded. */
void sim_usage(struct sim *s, sim_usage_fn *fn, void *ctx);

/* Whether the steps that are loaded go back to the world's start; false: to *from_ms. */
bool sim_remembers_all(const struct sim *s, int64_t *from_ms);
int64_t sim_start(const struct sim *s); /* UTC, milliseconds */

/* A change of state as Amazon EventBridge would tell it. */
struct sim_event {
	int64_t at_ms;
	const char *source, *type; /* "aws.ec2", "EC2 AMI State Change" */
	const char *account, *region, *id;
	const char *state; /* "available"; of volumes and snapshots "createVolume available" */
	const char *json;  /* the whole event */
};
typedef void sim_event_fn(void *ctx, const struct sim_event *event);
/* Oldest first, as far back as the steps that are loaded. */
void sim_events(struct sim *s, sim_event_fn *fn, void *ctx);

/* The newest resource that was accepted and ended badly: an instance that terminated at once, an
 * image or a copy that failed. Strings are borrowed until the next change. */
struct sim_failure {
	const char *id, *state;
	const char *code, *text; /* "Client.InternalError" and its sentence; NULL: none is told */
};
bool sim_failed(struct sim *s, struct sim_failure *out);

/* --- completion ------------------------------------------------------------------------------ */

struct sim_completion {
	char **words; /* what can stand for the last word, whole; owned */
	char **notes; /* beside each: a description, a resource's name; NULL: none; owned */
	size_t n;
	bool file;  /* a file's name comes after file:// or fileb:// */
	char *hint; /* required options that are still missing: "--name <string>"; NULL; owned */
};

/* For the words of `command`, the last of which may be unfinished or "". */
void sim_complete(struct sim *s, const struct sim_command *command, struct sim_completion *out);
void sim_completion_release(struct sim_completion *c);

/* --- an endpoint --------------------------------------------------------------------------- */

/* How a world's clock goes on between calls. */
enum sim_pace {
	SIM_BY_CALLS, /* five seconds a call as on the command line, or as long as it really was */
	SIM_REAL,     /* as the real clock does, times `speed` */
	SIM_INSTANT,  /* as SIM_BY_CALLS; what a call begins has happened when it is answered */
};

/* Who may call, when signatures are checked. */
struct sim_key {
	const char *account, *key, *secret, *name; /* name of the user: "kim" */
	bool instructor;                           /* may also reset, undo and let time pass */
};

struct sim_endpoint {
	const char *listen; /* "127.0.0.1:4566", "[::1]:4566"; port 0: any that is free */
	const char *name;   /* of the world, for whoever looks */
	enum sim_pace pace;
	double speed;
	bool world_per_key;         /* `enter` and `reset` are told the access key */
	const struct sim_key *keys; /* n_keys 0: signatures are not checked */
	size_t n_keys;
	void *ctx; /* of the functions */
	/* The world of a key (NULL: of a request without one), to be used until `leave`. */
	struct sim *(*enter)(void *ctx, const char *key, struct err *e);
	/* Keeps what has changed in all that were entered; false: all of it is taken back. */
	bool (*leave)(void *ctx, struct err *e);
	/* What was done in the world of a key since `enter`: a text for sim_replay, or NULL:
	 * something that has none. It may be kept instead of the world. */
	void (*did)(void *ctx, const char *key, const char *text, size_t length);
	/* Between turns, once a second or more often: time to keep the worlds themselves. */
	void (*rest)(void *ctx);
	/* Begins the world anew, and enters it. */
	struct sim *(*reset)(void *ctx, const char *key, struct err *e);
	int64_t (*now)(void *ctx);                /* really: UTC, milliseconds */
	void (*log)(void *ctx, const char *line); /* a line a call, without secrets; NULL: none */
	void (*ready)(void *ctx, const char *address); /* requests can come now */
	const volatile int *stop; /* not 0: end; what sets it interrupts the wait (a signal) */
};

/* Answers AWS requests until it is told to stop. False: it could not begin. */
bool sim_serve(const struct sim_endpoint *o, struct err *e);

/* --- keeping --------------------------------------------------------------------------------- */

struct sim_row {
	const char *account, *region, *kind, *id;
	uint64_t order;
	int64_t timer;    /* INT64_MIN: none */
	const char *text; /* the resource; NULL: one that is there from the start is gone */
	size_t length;
};

/* Fills a new world: the state, then rows, then (if they may be undone) steps. False: it does not
 * fit, and the world is of no use. */
bool sim_load_state(struct sim *s, const char *text, size_t length);
bool sim_load_row(struct sim *s, const struct sim_row *row);
bool sim_load_step(struct sim *s, uint64_t number, const char *text, size_t length);

/* Where what has changed since the last time is to be written. A false ends it; everything is told
 * again the next time. */
struct sim_keeper {
	void *ctx;
	bool (*state)(void *ctx, const char *text, size_t length);
	bool (*row)(void *ctx, const struct sim_row *row,
		bool gone); /* gone: it needs no row any more */
	bool (*steps)(
		void *ctx, uint64_t first, uint64_t last); /* steps outside are to be dropped */
	bool (*step)(void *ctx, uint64_t number, const char *text, size_t length);
};
bool sim_keep(struct sim *s, const struct sim_keeper *k);

/* Does again what was done: texts of sim_endpoint.did or of sim_record, one after the other. False:
 * they are no such texts. */
bool sim_replay(struct sim *s, const char *text, size_t length);

/* From now on what is done is appended to `record`, as texts for sim_replay: calls, time that
 * passes, undo and redo. NULL: no more. */
void sim_record(struct sim *s, struct buf *record);

/* A world of its own that is as this one is now, and cannot undo what was done before. */
struct sim *sim_copy(const struct sim *s);

/* The whole world as text: equal worlds, equal bytes. */
void sim_write(const struct sim *s, struct buf *out);

#endif
