"""Compares a derived DICOM file with its source: check.py SOURCE DERIVED. Prints what differs, one tag a line."""
import sys

import numpy as np
import pydicom


def hounsfield(image):
    return image.pixel_array.astype(np.float64) * float(image.RescaleSlope) + float(image.RescaleIntercept)


source, derived = (pydicom.dcmread(path) for path in sys.argv[1:3])
syntax = source.file_meta.TransferSyntaxUID
assert derived.file_meta.TransferSyntaxUID == ('1.2.840.10008.1.2.1' if syntax.is_compressed or syntax.is_deflated else syntax)
assert derived.file_meta.MediaStorageSOPInstanceUID == derived.SOPInstanceUID
assert derived.SOPInstanceUID.startswith('2.25.') and derived.SOPInstanceUID.is_valid
assert derived.SeriesInstanceUID.startswith('2.25.') and derived.SeriesInstanceUID.is_valid
reference = derived.SourceImageSequence[0]
assert reference.ReferencedSOPInstanceUID == source.SOPInstanceUID
assert reference.ReferencedSOPClassUID == source.SOPClassUID
for tag in sorted(set(source.keys()) | set(derived.keys())):
    if tag not in source or tag not in derived or source[tag] != derived[tag]:
        print(f'({tag.group:04X},{tag.element:04X})')
print('ImageType', '\\'.join(derived.ImageType))
print('Pixels off', np.count_nonzero(hounsfield(derived) != hounsfield(source) + 10))
