/*
 * embed.h - a file's bytes in the program.
 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

/* Declares prefix_name and prefix_name_end: the bytes of the file, and a NUL behind them. The
 * assembler reads it, from the folder in which the compiler was started; the compiler does not
 * know, so the Makefile has to say what the object depends on. */
#define EMBED(prefix, name, file)                                                                  \
	__asm__(".pushsection .rodata,\"a\",%progbits\n"                                           \
		".globl " #prefix "_" #name "\n.hidden " #prefix "_" #name "\n" #prefix "_" #name  \
		":\n.incbin \"" file "\"\n"                                                        \
		".globl " #prefix "_" #name "_end\n.hidden " #prefix "_" #name "_end\n" #prefix    \
		"_" #name "_end:\n.byte 0\n.popsection\n");                                        \
	extern const char prefix##_##name[] __attribute__((visibility("hidden")));                 \
	extern const char prefix##_##name##_end[] __attribute__((visibility("hidden")))

#endif
