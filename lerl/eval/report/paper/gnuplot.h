#pragma once
// Gnuplot: draws figures of papers. It is a program of its own, and nothing else needs it.
//
// What a script shows comes from others, so it enters a script in one way, GnuplotText: in single
// quotes gnuplot runs nothing and replaces nothing. Only names that are set `noenhanced` are shown
// as they are; without it `_` and `^` are markup.

#include <string>
#include <string_view>

namespace lerl {

// The kinds of a picture: text of an SVG stays text, a PNG has 300 dots an inch.
enum class PictureKind { kSvg, kPng, kPdf };

// A figure as a script of gnuplot, without its terminal.
struct Drawing {
  double width = 3.35, height = 2.5;  // inches; 3.35 is a column of a paper
  std::string script{};
};

// The colours of Okabe and Ito that are seen on white, apart also for the colour-blind.
inline constexpr const char* kPalette[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                           "#e69f00", "#56b4e9", "#000000"};
inline constexpr const char* kGrey = "#767676";

// `text` as a string of a script. Control characters become spaces, and ' the apostrophe of print,
// because gnuplot reads '' as a quote in some places alone; what is longer than `most` characters
// is cut there and ends in "...".
std::string GnuplotText(std::string_view text, int most = 60);

// A number of a script.
std::string GnuplotNumber(double value);

// The smallest of 1, 2 and 5 times a power of ten by which at most `most` steps go into `width`, a
// number above 0: the distance of an axis' marks.
double TickStep(double width, int most);

// How many characters a text shows.
int ShownLength(std::string_view text);

// The script with its terminal, as gnuplot is given it.
std::string WholeScript(const Drawing& drawing, PictureKind kind);

// The picture's file. Throws Error(kIo) where gnuplot is missing, lacks the kind or fails.
std::string Draw(const Drawing& drawing, PictureKind kind);

}  // namespace lerl
