/* carrier */
typedef int carrier_c_is_not_written_yet;
