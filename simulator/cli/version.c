/* version.c - aws --version: the line of the installed CLI on this machine. */
#include "cli/version.h"

#include "cli/internal.h"

#include <sys/utsname.h>

void cli_version(struct cli *c)
{
	struct utsname host;

	if (uname(&host) != 0)
		host = (struct utsname){.release = "unknown", .machine = "x86_64"};
	buf_addf(&c->out, "aws-cli/" CLI_VERSION " Python/3.14.6 Linux/%s exe/%s.debian.12\n",
		host.release, host.machine);
}
