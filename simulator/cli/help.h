/*
 * help.h - pages of `aws ... help`: what their parts share.
 *
 * A page is text with sections (NAME, DESCRIPTION, ...) as the AWS CLI's pages have them; the words
 * are ours, in English or Korean. Everything is wrapped to the terminal; what is nested too deep
 * for it stays at half its width.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buf.h"
#include "cli/internal.h"

#include <stdbool.h>
#include <stddef.h>

struct help {
	struct buf *out;
	int columns;
	bool korean;
};

/* A line of ours in both languages. */
struct help_line {
	const char *en, *ko;
};

const char *help_in(const struct help *h, struct help_line line);
/* The model's description of something; "" if nobody has written one. */
const char *help_doc(const struct help *h, uint16_t doc);

/* help-layout.c */
void help_section(const struct help *h, const char *title);
/* A paragraph, `depth` steps to the right. */
void help_text(const struct help *h, int depth, const char *text);
/* A line whose continuation is indented by two steps more. */
void help_item(const struct help *h, int depth, const char *text);
/* A syntax that may break behind separators: shorthand, names of filters. */
void help_pieces(const struct help *h, int depth, const char *text);
/* A command; where it is too long, lines end in a backslash. */
void help_command(const struct help *h, int depth, const char *command);
/* Lines of a JSON syntax, each ended by a newline. */
void help_code(const struct help *h, int depth, const char *lines);
void help_gap(const struct help *h);
/* "NAME", and "name - text". */
void help_name(const struct help *h, const char *name, const char *text);
void help_global_options(const struct help *h);

/* help-shape.c: types */
const char *help_type(const struct model_shape *shape); /* "string", "list", "boolean" */
/* "Key=string,Value=string ..."; false: no shorthand for the shape. */
bool help_shorthand(struct buf *out, const struct model_shape *shape);
bool help_is_nested(const struct model_shape *shape); /* worth a syntax */
void help_json(struct buf *out, const struct model_shape *shape);
void help_values(const struct help *h, int depth, const struct model_enum *e);
/* The tree of an answer. */
void help_output(const struct help *h, const struct model_shape *shape);

/* help-operation.c */
void help_operation(const struct help *h, const struct model_operation *op);
void help_waiter(const struct help *h, const struct model_waiter *w);

/* help-examples.c: commands that do something sensible. False: none for the operation. */
bool help_examples(const struct help *h, const char *service, const char *operation);

/* help-options.c: what an operation takes on the command line. */
struct cli_option {
	const char *name, *no;             /* without dashes; no: the option that says no, or "" */
	const struct model_member *member; /* NULL: the CLI's own */
	bool required, flag, many; /* flag: takes no value; many: takes any number of them */
	const char *type;          /* of the CLI's own: "string", "integer", ... */
	struct help_line doc;      /* of the CLI's own */
};
struct cli_options {
	struct cli_option *list;
	size_t n, cap;
	struct arena arena; /* of the names */
};
/* `waiter` NULL unless the options are those of `wait`. */
struct cli_options cli_options_of(
	const struct model_operation *op, const struct model_waiter *waiter);
void cli_options_release(struct cli_options *o);

#endif
