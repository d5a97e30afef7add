/*
 * grade-style.h - how the report of `grade --html` looks: on a screen in the light or the dark, and
 * on paper.
 */
#ifndef APP_GRADE_STYLE_H
#define APP_GRADE_STYLE_H

extern const char grade_style[];

#endif
