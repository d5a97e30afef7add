/*
 * fuzz-content.c - any bytes as a content file: parsed, bound, linted; and a sound tree whatever
 * came.
 */
#include "base/mem.h"
#include "content/shape.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct diags diags = {0};
	struct tree tree;
	struct binder b = {.tree = &tree, .arena = &arena, .diags = &diags, .lint = true};
	enum document kind;

	if (tree_parse(&tree, "fuzz.yaml", (const char *)data, size, &arena, &diags)) {
		if (!tree_is_sound(&tree))
			abort();
		kind = document_of(&b);
		if (kind != DOCS)
			shape_bind(&b, &document_shape[kind], tree_root(&tree),
				arena_alloc(&arena, document_shape[kind].size));
	} else if (!diags.errors) {
		abort(); /* refused without saying why */
	}
	diags_release(&diags);
	arena_release(&arena);
	return 0;
}
