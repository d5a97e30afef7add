/* document.c - a YAML file given by name; see document.h. */
#include "app/document.h"

#include "app/files.h"
#include "base/intl.h"

#include <stdio.h>
#include <string.h>

bool document_read(struct document_file *d, const char *path, const struct shape *shape, void *out,
	struct err *e)
{
	struct buf bytes = BUF_INIT;
	struct tree tree;
	struct binder b = {&tree, &d->arena, &d->diags, false};

	*d = (struct document_file){.path = path};
	arena_init(&d->arena);
	diags_init(&d->diags);
	memset(out, 0, shape->size);
	if (!file_read(path, &bytes, false, e)) {
		document_release(d);
		buf_release(&bytes);
		return false;
	}
	if (tree_parse(&tree, path, bytes.s, bytes.len, &d->arena, &d->diags))
		shape_bind(&b, shape, tree_root(&tree), out);
	explicit_bzero(bytes.s, bytes.len);
	buf_release(&bytes);
	return true;
}

bool document_judge(struct document_file *d, struct err *e)
{
	struct buf text = BUF_INIT;

	if (!d->diags.errors)
		return true;
	diags_sort(&d->diags);
	diags_print(&d->diags, &text);
	fputs(text.s, stderr);
	buf_release(&text);
	return err_set(e, ERR_DATA,
		P_("there is a problem in %s: repair it, and start again",
			"there are problems in %s: repair them, and start again", d->diags.errors),
		d->path);
}

void document_release(struct document_file *d)
{
	arena_release(&d->arena);
	diags_release(&d->diags);
}
