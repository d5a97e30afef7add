/*
 * fuzz-cache.c - any bytes as the compiled cache: used only if its own hash vouches for it, and
 * then only sound trees. The hash is made right here, so that the bytes behind it are looked at.
 */
#include "content/cache.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADER = 40, HASH_AT = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/fuzz-cache-XXXXXX";
	struct stat st = {.st_size = 1};
	uint8_t *copy;
	struct tree t;
	struct cache *c;
	int fd;

	if (size < HEADER)
		return 0;
	copy = malloc(size);
	memcpy(copy, data, size);
	memcpy(copy, "amidojo\0\2\0\0\0", 12);
	memcpy(copy + 12, &(uint32_t){sizeof(struct node)}, 4);
	memcpy(copy + HASH_AT, &(uint64_t){XXH3_64bits(copy + HEADER, size - HEADER)}, 8);
	fd = mkstemp(path);
	if (fd < 0 || write(fd, copy, size) != (ssize_t)size)
		abort();
	close(fd);
	c = cache_open(path);
	if (cache_fresh(c, "a", &st, &t) && !tree_is_sound(&t))
		abort();
	cache_close(c);
	unlink(path);
	free(copy);
	return 0;
}
