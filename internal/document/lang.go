package document

import (
	"regexp"
	"strings"
)

var langPattern = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// validLang accepts the shape of a BCP 47 tag; it does not look tags up.
func validLang(tag string) bool { return len(tag) <= 35 && langPattern.MatchString(tag) }

// lang is the document's language, "en" when none or none that can be read.
func (d *Document) lang() string {
	if validLang(d.Lang) {
		return d.Lang
	}
	return "en"
}

func primary(tag string) string {
	p, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return p
}

// rtl says whether a language is written from right to left by default.
func rtl(tag string) bool {
	if strings.Contains(strings.ToLower(tag), "-latn") {
		return false
	}
	switch primary(tag) {
	case "ar", "he", "fa", "ur", "ps", "ckb", "sd", "ug", "yi", "dv", "syr":
		return true
	}
	return false
}

// eastAsian says whether Word files a language under its East Asian fonts.
func eastAsian(tag string) bool {
	switch primary(tag) {
	case "ja", "zh", "ko":
		return true
	}
	return false
}

// wordRegions gives the region that Word expects when a tag has none.
var wordRegions = map[string]string{
	"ar": "SA", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "GB", "es": "ES", "et": "EE", "fa": "IR",
	"fi": "FI", "fr": "FR", "he": "IL", "hi": "IN", "hu": "HU", "id": "ID", "it": "IT", "ja": "JP", "ko": "KR",
	"lt": "LT", "lv": "LV", "nb": "NO", "nl": "NL", "pl": "PL", "pt": "PT", "ro": "RO", "ru": "RU", "sv": "SE",
	"th": "TH", "tr": "TR", "uk": "UA", "ur": "PK", "vi": "VN", "zh": "CN",
}

// wordLang is the tag as Word writes it, with a region.
func wordLang(tag string) string {
	if region := wordRegions[strings.ToLower(tag)]; region != "" {
		return strings.ToLower(tag) + "-" + region
	}
	return tag
}
