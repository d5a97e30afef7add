/*
 * model.h - the facts of the AWS API as constant tables: what there is, what it is called, what
 * fits where.
 *
 * The tables are made from the YAML files beside this one when the program is built (generate/) and
 * lie in read-only memory without a single pointer, so start-up costs nothing. A reference is an
 * index: `uint32_t` fields named in a comment as text are offsets into model_texts (model_text()
 * gives the string, "" for none); a struct model_span is a run in another table; MODEL_NONE is no
 * index at all.
 *
 * Every name that the rules of the API or of the AWS CLI derive from another is in the tables
 * already: nobody outside the generator changes a letter's case or looks for plural acronyms.
 * Whatever has an order in the API (members, filters, enum values, operations, choices) is in that
 * order; look-ups go through sorted indices beside it.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODEL_NONE = UINT16_MAX };

struct model_span {
	uint16_t first, n;
};

/* A list in a request or an answer is: ec2 Name.1, <item>; query Name.member.1, <member>. */
enum model_protocol { MODEL_EC2, MODEL_QUERY, MODEL_JSON, MODEL_REST_JSON };

/* A simulated service. The command is the word after `aws`; it is the name almost always. */
struct model_service {
	uint32_t name, command, api_version;  /* text */
	uint32_t xmlns;                       /* text; ec2 and query */
	uint32_t target_prefix, json_version; /* text; json */
	uint8_t protocol;                     /* enum model_protocol */
	struct model_span operations;         /* in model_operations */
	struct model_span shapes;             /* in model_shapes */
	struct model_span waiters;            /* in model_waiters */
	struct model_span known;              /* in model_known, by API name */
	struct model_span commands;           /* in model_commands, by CLI name */
};

/* A simulated operation. Its answer is <NameResponse>, in protocol query around <wrapper>. */
struct model_operation {
	uint32_t name, cli;    /* text: DescribeImages, describe-images */
	uint32_t wrapper;      /* text */
	uint32_t method, path; /* text; rest-json: GET, /rules/{identifier} */
	uint16_t service;
	uint16_t input, output;    /* in model_shapes; output may be MODEL_NONE */
	uint16_t page;             /* in model_pages or MODEL_NONE */
	uint16_t doc;              /* in model_docs */
	struct model_span errors;  /* in model_errors: fault shapes beyond the common ones */
	struct model_span filters; /* in model_filters */
};

/* A name of a service's API or CLI, simulated or not. `wait` has no API name; two have no CLI's. */
struct model_known {
	uint32_t name, cli; /* text */
	uint16_t operation; /* MODEL_NONE: known, not simulated */
};

/* Members, as indices into model_members, that client-side paging works with. */
struct model_page {
	uint16_t token_in, limit;   /* of the input; limit may be MODEL_NONE */
	uint16_t token_out, result; /* of the output */
};

enum model_kind {
	MODEL_STRING,
	MODEL_INTEGER,
	MODEL_LONG,
	MODEL_BOOLEAN,
	MODEL_DOUBLE,
	MODEL_FLOAT,
	MODEL_BLOB,
	MODEL_TIMESTAMP,
	MODEL_STRUCTURE,
	MODEL_LIST,
	MODEL_MAP, /* from strings */
};

enum { MODEL_IN = 1, MODEL_OUT = 2 }; /* where a shape occurs: in requests, in answers */

/* A type. Structures and enums have the API's name; others are written as in the YAML: Tag[]. */
struct model_shape {
	uint32_t name;        /* text */
	uint8_t kind;         /* enum model_kind */
	uint8_t uses;         /* MODEL_IN | MODEL_OUT */
	uint16_t element;     /* shape of a list's elements or a map's values; else MODEL_NONE */
	uint16_t enumeration; /* in model_enums: what a string may be; else MODEL_NONE */
	struct model_span members; /* of a structure, in model_members */
};

enum model_location { MODEL_BODY, MODEL_HEADER, MODEL_URI, MODEL_QUERYSTRING, MODEL_STATUS };

struct model_member {
	uint32_t name;   /* text: ImageIds */
	uint32_t cli;    /* text: image-ids, the option without its dashes */
	uint32_t cli_no; /* text: the option that says no, of a flag of an operation: no-dry-run */
	uint32_t wire;   /* text: element or key in an answer; "" unless the owner is MODEL_OUT */
	uint32_t query;  /* text: key in a request; "" unless the owner is MODEL_IN */
	uint32_t item;   /* text: an element of a list in an answer; "": as the protocol has it */
	uint16_t shape;
	uint16_t owner; /* the structure, in model_shapes */
	uint16_t range; /* in model_ranges: of a number, or of a length */
	uint16_t doc;   /* in model_docs */
	uint8_t position;
	uint8_t location; /* enum model_location; the name there is `query` and `wire` */
	bool required;
};

/* Both ends inclusive; an open end is INT64_MIN or INT64_MAX. model_ranges[0] is open at both. */
struct model_range {
	int64_t min, max;
};

struct model_enum {
	uint32_t name;            /* text */
	struct model_span values; /* in model_values */
};

enum model_matcher { MODEL_PATH, MODEL_PATH_ALL, MODEL_PATH_ANY, MODEL_ERROR, MODEL_HTTP_STATUS };
enum model_outcome { MODEL_SUCCESS, MODEL_FAILURE, MODEL_RETRY };
enum model_expected {
	MODEL_EXPECT_TEXT,
	MODEL_EXPECT_TRUE,
	MODEL_EXPECT_FALSE,
	MODEL_EXPECT_NUMBER
};

/* The first acceptor that matches an answer (or fault) decides; without one, poll again. */
struct model_acceptor {
	uint32_t path; /* text: JMESPath over the answer; "" for matchers without */
	uint32_t text; /* text: expected value, or the fault's code */
	uint16_t number;
	uint8_t matcher, outcome, expected;
};

struct model_waiter {
	uint32_t name, cli; /* text: ImageAvailable, image-available */
	uint16_t operation;
	uint16_t delay, attempts;    /* seconds between polls; polls */
	struct model_span acceptors; /* in model_acceptors */
};

/* A word after `aws`: 435 of them, by name. */
struct model_top {
	uint32_t name;    /* text */
	uint16_t service; /* MODEL_NONE: known, not simulated */
};

enum model_option_type { MODEL_OPTION_STRING, MODEL_OPTION_INT, MODEL_OPTION_BOOLEAN };

/* A global option, in the CLI's order. */
struct model_option {
	uint32_t name;             /* text, without dashes */
	uint8_t type;              /* enum model_option_type */
	bool flag;                 /* takes no value */
	struct model_span choices; /* in model_choices */
};

/* One line in both languages. model_docs[0] is empty: nothing written yet. */
struct model_doc {
	uint32_t en, ko; /* text */
};

struct model_counts {
	size_t services, operations, known, commands, shapes, members, enums, values, waiters, tops,
		options, filters, ranges, docs, text_bytes;
};

extern const struct model_counts model_counts;
extern const char model_texts[];
extern const struct model_service model_services[];
extern const struct model_operation model_operations[];
extern const struct model_known model_known[];
extern const uint16_t model_commands[]; /* indices into model_known */
extern const struct model_page model_pages[];
extern const struct model_shape model_shapes[];
extern const struct model_member model_members[];
extern const struct model_range model_ranges[];
extern const struct model_enum model_enums[];
extern const struct model_waiter model_waiters[];
extern const struct model_acceptor model_acceptors[];
extern const struct model_top model_tops[];
extern const struct model_option model_options[];
extern const struct model_doc model_docs[];
extern const uint32_t model_errors[], model_filters[], model_values[], model_choices[]; /* text */

/* Sorted indices for the look-ups below: members, values and filters count from their span. */
extern const uint8_t model_members_by[]; /* four orders, one after the other: enum model_by */
extern const uint16_t model_values_by[];
extern const uint8_t model_filters_by[];
extern const uint16_t model_shapes_by[];

static inline const char *model_text(uint32_t text)
{
	return model_texts + text;
}

static inline const struct model_shape *model_shape(uint16_t index)
{
	return index == MODEL_NONE ? NULL : &model_shapes[index];
}

static inline const struct model_shape *model_member_shape(const struct model_member *m)
{
	return &model_shapes[m->shape];
}

static inline const struct model_range *model_member_range(const struct model_member *m)
{
	return &model_ranges[m->range];
}

/* The member at a position of a structure: i < s->members.n. */
static inline const struct model_member *model_member_at(const struct model_shape *s, size_t i)
{
	return &model_members[s->members.first + i];
}

/* Each look-up answers NULL when there is no such name. Names are exact: case counts. */

const struct model_service *model_find_service(const char *name);
const struct model_top *model_find_top(const char *word);
const struct model_known *model_find_known(const struct model_service *s, const char *api_name);
const struct model_known *model_find_command(const struct model_service *s, const char *cli);
const struct model_operation *model_find_operation(const char *service, const char *api_name);
/* A structure or an enum. */
const struct model_shape *model_find_shape(const struct model_service *s, const char *name);
/* By API name or by CLI name. */
const struct model_waiter *model_find_waiter(const struct model_service *s, const char *name);
const struct model_option *model_find_option(const char *name);

enum model_by { MODEL_BY_NAME, MODEL_BY_CLI, MODEL_BY_WIRE, MODEL_BY_QUERY };

/* The member of a structure called by n bytes at `name`; NULL too if s is no structure. */
const struct model_member *model_find_member(
	const struct model_shape *s, enum model_by by, const char *name, size_t n);

bool model_has_value(const struct model_enum *e, const char *value);

/* The filter's position in the operation's list, -1: none. `tag:Owner` finds `tag:<key>`. */
int model_find_filter(const struct model_operation *op, const char *name);

#endif
