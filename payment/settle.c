/* settle */
typedef int settle_c_is_not_written_yet;
