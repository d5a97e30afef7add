/* version.h - which AWS CLI this is. */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#define CLI_VERSION "2.36.7"

#endif
