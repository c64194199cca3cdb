/* ceb_code: the tables, by the letters that everybody else uses. */
#include "sim/ceb_code.h"

#include <string.h>

#include "core/check.h"
#include "core/fact.h"
#include "core/text.h"

static const struct {
    char letters[4], code[4];
} countries[] = {{"AE", "138"}, {"AR", "402"}, {"AT", "315"}, {"AU", "601"}, {"BE", "301"}, {"BG", "316"},
                 {"BR", "410"}, {"CA", "501"}, {"CH", "331"}, {"CL", "412"}, {"CN", "142"}, {"CY", "108"},
                 {"CZ", "352"}, {"DE", "304"}, {"DK", "302"}, {"EE", "334"}, {"ES", "312"}, {"FI", "318"},
                 {"FR", "305"}, {"GB", "303"}, {"GR", "310"}, {"HK", "110"}, {"HR", "351"}, {"HU", "321"},
                 {"ID", "112"}, {"IE", "306"}, {"IL", "115"}, {"IN", "111"}, {"IT", "307"}, {"JP", "116"},
                 {"KR", "133"}, {"LT", "336"}, {"LU", "308"}, {"LV", "335"}, {"MO", "121"}, {"MT", "324"},
                 {"MX", "429"}, {"MY", "122"}, {"NL", "309"}, {"NO", "326"}, {"NZ", "609"}, {"PH", "129"},
                 {"PL", "327"}, {"PT", "311"}, {"RO", "328"}, {"RU", "344"}, {"SA", "131"}, {"SE", "330"},
                 {"SG", "132"}, {"SI", "350"}, {"SK", "353"}, {"TH", "136"}, {"TR", "137"}, {"TW", "143"},
                 {"US", "502"}, {"VN", "141"}, {"ZA", "244"}};

static const struct {
    char letters[4], code[4];
} currencies[] = {{"AUD", "601"}, {"CAD", "501"}, {"CHF", "331"}, {"CNY", "142"}, {"DKK", "302"},
                  {"EUR", "300"}, {"GBP", "303"}, {"HKD", "110"}, {"JPY", "116"}, {"KRW", "133"},
                  {"NOK", "326"}, {"NZD", "609"}, {"RUB", "344"}, {"SEK", "330"}, {"SGD", "132"},
                  {"THB", "136"}, {"USD", "502"}, {"BRL", "410"}, {"INR", "111"}};

const char *ceb_code_country(uint16_t country)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        if (text_country(countries[i].letters, 2) == country)
            return countries[i].code;
    return "701";
}

uint16_t ceb_code_origin(const char *code)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        if (strcmp(countries[i].code, code) == 0)
            return text_country(countries[i].letters, 2);
    return 0;
}

const char *ceb_code_currency(const char *currency)
{
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        if (strcmp(currencies[i].letters, currency) == 0)
            return currencies[i].code;
    return "000";
}

const char *ceb_code_transport(uint8_t transport)
{
    static const char code[TRANSPORT_COUNT][2] = {
        [TRANSPORT_UNSET] = "9", [TRANSPORT_POST] = "6", [TRANSPORT_EXPRESS] = "5", [TRANSPORT_AIR] = "5",
        [TRANSPORT_SEA] = "2",   [TRANSPORT_RAIL] = "3", [TRANSPORT_ROAD] = "4",    [TRANSPORT_BONDED] = "4"};
    check(transport < TRANSPORT_COUNT);
    return code[transport];
}
