/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The upper halves of the code pages that texts of Europe come in, for the C library's own lie in files that the sandbox
 * does not open.  Source: Unicode's mapping tables, as Python 3.11 has them; where they have nothing there is U+FFFD. */

#include "render/worker/hy-worker-rtf.h"

#define N_CHARS 128

typedef struct
{
  guint codepage;
  const char *chars; /* of the bytes from 0x80 */
} Codepage;

/* clang-format off */
static const Codepage codepages[] = {
  { 437,
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ"
    "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
    "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\xc2\xa0""" },
  { 850,
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ"
    "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐"
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀"
    "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\xc2\xad""±‗¾¶§÷¸°¨·¹³²■\xc2\xa0""" },
  { 1250,
    "€�‚�„…†‡�‰Š‹ŚŤŽŹ�‘’“”•–—�™š›śťžź"
    "\xc2\xa0""ˇ˘Ł¤Ą¦§¨©Ş«¬\xc2\xad""®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż"
    "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß"
    "ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙" },
  { 1251,
    "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—�™љ›њќћџ"
    "\xc2\xa0""ЎўЈ¤Ґ¦§Ё©Є«¬\xc2\xad""®Ї°±Ііґµ¶·ё№є»јЅѕї"
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    "абвгдежзийклмнопрстуфхцчшщъыьэюя" },
  { 1252,
    "€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ"
    "\xc2\xa0""¡¢£¤¥¦§¨©ª«¬\xc2\xad""®¯°±²³´µ¶·¸¹º»¼½¾¿"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
    "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ" },
  { 1253,
    "€�‚ƒ„…†‡�‰�‹�����‘’“”•–—�™�›����"
    "\xc2\xa0""΅Ά£¤¥¦§¨©�«¬\xc2\xad""®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏ"
    "ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ�ΣΤΥΦΧΨΩΪΫάέήί"
    "ΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ�" },
  { 1254,
    "€�‚ƒ„…†‡ˆ‰Š‹Œ����‘’“”•–—˜™š›œ��Ÿ"
    "\xc2\xa0""¡¢£¤¥¦§¨©ª«¬\xc2\xad""®¯°±²³´µ¶·¸¹º»¼½¾¿"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞß"
    "àáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ" },
  { 1257,
    "€�‚�„…†‡�‰�‹�¨ˇ¸�‘’“”•–—�™�›�¯˛�"
    "\xc2\xa0""�¢£¤�¦§Ø©Ŗ«¬\xc2\xad""®Æ°±²³´µ¶·ø¹ŗ»¼½¾æ"
    "ĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽß"
    "ąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙" },
  { 10000,
    "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü"
    "†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø"
    "¿¡¬√ƒ≈∆«»…\xc2\xa0""ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ"
    "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ" },
};
/* clang-format on */

/**
 * hy_worker_codepage_char:
 * @codepage: Windows' number of it; of one that is not known, 1252 is taken for it
 *
 * Returns: the character that @byte stands for
 */
gunichar
hy_worker_codepage_char (guint codepage,
                         guint8 byte)
{
  /* Filled as they are asked for; the worker has one thread. */
  static gunichar chars[G_N_ELEMENTS (codepages)][N_CHARS];
  guint index = 4; /* 1252 */

  if (byte < 0x80)
    return byte;
  for (guint i = 0; i < G_N_ELEMENTS (codepages); i++)
    if (codepages[i].codepage == codepage)
      index = i;
  if (chars[index][0] == 0)
    {
      const char *at = codepages[index].chars;

      for (guint i = 0; i < N_CHARS; i++, at = g_utf8_next_char (at))
        chars[index][i] = g_utf8_get_char (at);
    }
  return chars[index][byte - 0x80];
}
