/*
 * memory.h - memory for the many small parts of JSON documents.
 *
 * A document of the world is some eighty allocations of 16 to 200 bytes, and a world may hold
 * 100,000 of them: what malloc adds to each would be a quarter of the whole. Parts of one size lie
 * side by side here without a word between them. Under the sanitizers, which watch each allocation,
 * malloc stays.
 */
#ifndef APP_MEMORY_H
#define APP_MEMORY_H

/* Call once, before the first document is made. */
void memory_for_documents(void);

/* Gives malloc's free pages back to the system, wherever they are: when very much has been freed at
 * once, as by a reset. */
void memory_give_back(void);

#endif
