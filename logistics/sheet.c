/* sheet */
typedef int sheet_c_is_not_written_yet;
